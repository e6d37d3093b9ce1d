using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>
/// How far apart two pictures are in the features that a trained network sees: those of each pixel are scaled to length 1, as by Zhang et
/// al. (2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric"), their squared distance is averaged over pixels,
/// and that over the rectified layers, all alike: without weights fitted to people's judgements. 0 for equal pictures.
/// </summary>
/// <remarks>It is a figure of its network: compare none with another network's, nor with LPIPS, nor judge by it what was trained on the
/// same network alone.</remarks>
/// <param name="network">The network, trained.</param>
/// <param name="device">Where it runs.</param>
public sealed class PerceptualDistance(IFeatureNetwork network, Device device)
{
    private const float Epsilon = 1e-10f;

    // Pictures are looked at in pieces of no more than this, so that large ones fit into memory.
    private const int LargestSide = 512;

    private readonly string[] _layers = [.. network.Layers.Where(layer => layer.StartsWith("relu", StringComparison.Ordinal))];

    /// <summary>What the figure means, in words.</summary>
    public string Description =>
        $"distance of the features {_layers[0]} to {_layers[^1]} of {network.GetType().Name}, of length 1 at each pixel, squared, mean over pixels, then layers";

    /// <summary>The distance.</summary>
    /// <param name="made">A picture.</param>
    /// <param name="truth">Another one of its size.</param>
    /// <exception cref="EvaluationException">They differ in size.</exception>
    public double Between(Picture made, Picture truth)
    {
        (int width, int height) = (truth.Width, truth.Height);
        if (made.Width != width || made.Height != height)
            throw new EvaluationException($"{made.Width}x{made.Height} pixels cannot be compared with {width}x{height}.");
        double sum = 0;
        foreach ((int y, int rows) in Pieces(height))
        {
            foreach ((int x, int columns) in Pieces(width))
                sum += (double)rows * columns * OfPiece(made.Crop(x, y, columns, rows), truth.Crop(x, y, columns, rows));
        }

        return sum / ((double)width * height);
    }

    /// <summary>A side in as few equal pieces as may be.</summary>
    private static IEnumerable<(int Start, int Length)> Pieces(int side)
    {
        int count = (side + LargestSide - 1) / LargestSide;
        for (int i = 0; i < count; i++)
        {
            int start = (int)((long)side * i / count);
            yield return (start, (int)((long)side * (i + 1) / count) - start);
        }
    }

    private double OfPiece(Picture made, Picture truth)
    {
        Shape shape = [1, truth.Height, truth.Width, 3];
        Feed ofMade = new("made", shape), ofTruth = new("truth", shape);
        IReadOnlyList<Tensor> a = network.Features(ofMade, _layers), b = network.Features(ofTruth, _layers);
        Tensor distance = a.Zip(b, OfLayer).Aggregate((sum, layer) => sum + layer) * (1f / _layers.Length);
        return device.Run(new Step([distance]), new Bindings().Set(ofMade, Colours(made)).Set(ofTruth, Colours(truth))).Scalar(0);
    }

    private static Tensor OfLayer(Tensor a, Tensor b) => (Unit(a) - Unit(b)).Square().Sum(3).Mean();

    private static Tensor Unit(Tensor features) => features / (features.Square().Sum(3) + Epsilon).Sqrt();

    private static float[] Colours(Picture picture) => picture.Flatten().ToColour().ToFloats();
}
