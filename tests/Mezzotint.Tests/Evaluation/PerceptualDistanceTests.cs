using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Evaluation;

public sealed class PerceptualDistanceTests
{
    private readonly PerceptualEncoder _network = new(new Initialization(3));

    [Fact]
    public void A_picture_is_at_no_distance_from_itself()
    {
        Picture picture = Scene(20, 16, seed: 1);
        Assert.Equal(0, new PerceptualDistance(_network, CpuDevice.Shared).Between(picture, picture));
    }

    [Fact]
    public void It_is_the_mean_squared_distance_of_features_of_length_1()
    {
        const int Width = 20, Height = 16;
        Picture a = Scene(Width, Height, seed: 1), b = Scene(Width, Height, seed: 2);
        double expected = 0;
        foreach (string layer in _network.Layers)
        {
            (float[] ofA, float[] ofB, int channels) = (Features(a, layer, out int depth), Features(b, layer, out _), depth);
            int pixels = ofA.Length / channels;
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                double lengthA = 0, lengthB = 0, product = 0;
                for (int c = pixel * channels; c < (pixel + 1) * channels; c++)
                {
                    lengthA += (double)ofA[c] * ofA[c];
                    lengthB += (double)ofB[c] * ofB[c];
                    product += (double)ofA[c] * ofB[c];
                }

                // Of two vectors of length 1.
                expected += (2 - 2 * product / Math.Sqrt(lengthA * lengthB)) / pixels / _network.Layers.Count;
            }
        }

        Assert.Equal(expected, new PerceptualDistance(_network, CpuDevice.Shared).Between(a, b), 1e-4 * expected);
    }

    private static Picture Scene(int width, int height, int seed) =>
        Picture.FromFloats(TestScene.Render(width, height, seed: seed), width, height, 3, 8);

    private float[] Features(Picture picture, string layer, out int channels)
    {
        Tensor features = _network.Features(Tensor.Of([1, picture.Height, picture.Width, 3], picture.ToFloats()), layer)[0];
        channels = features.Shape[3];
        return CpuDevice.Shared.Evaluate(features);
    }
}
