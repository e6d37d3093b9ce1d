using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Layers;

public sealed class LaplacianPyramidTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_bands_add_up_to_the_image(int levels)
    {
        (Tensor images, float[] values) = Images(2, 16, 24, 3);
        IReadOnlyList<Tensor> bands = LaplacianPyramid.Bands(images, levels);
        Assert.Equal(levels, bands.Count);
        Assert.Equal([2, 16 >> (levels - 1), 24 >> (levels - 1), 3], bands[0].Shape.ToArray());
        float[] again = CpuDevice.Shared.Evaluate(LaplacianPyramid.Reconstruct(bands));

        // A difference and the sum that undoes it are rounded once each.
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], again[i], 2e-7f);
    }

    [Fact]
    public void A_low_pass_weighs_four_pixels_by_1_3_3_1_each_way()
    {
        (Tensor images, float[] values) = Images(1, 8, 10, 2);
        float[] half = CpuDevice.Shared.Evaluate(LaplacianPyramid.Half(images));
        double[] weights = [0.125, 0.375, 0.375, 0.125];
        for (int y = 1; y < 3; y++)
        {
            for (int x = 1; x < 4; x++)
            {
                for (int c = 0; c < 2; c++)
                {
                    double sum = 0;
                    for (int i = 0; i < 4; i++)
                        for (int j = 0; j < 4; j++) sum += weights[i] * weights[j] * values[((2 * y - 1 + i) * 10 + 2 * x - 1 + j) * 2 + c];
                    Assert.Equal(sum, half[(y * 5 + x) * 2 + c], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Even_grey_has_no_detail()
    {
        Tensor grey = Tensor.Full([1, 8, 8, 1], 0.3f);
        IReadOnlyList<Tensor> bands = LaplacianPyramid.Bands(grey, 3);
        Assert.All(CpuDevice.Shared.Evaluate(bands[0]), value => Assert.Equal(0.3f, value, 1e-6f));
        foreach (Tensor band in bands.Skip(1)) Assert.All(CpuDevice.Shared.Evaluate(band), value => Assert.Equal(0, value, 1e-6f));
    }

    [Fact]
    public void An_odd_side_is_refused() =>
        Assert.Contains("even sides", Assert.Throws<ShapeException>(() => LaplacianPyramid.Half(Tensor.Full([1, 8, 7, 1], 0))).Message, StringComparison.Ordinal);

    private static (Tensor Images, float[] Values) Images(int count, int height, int width, int channels)
    {
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, count * height * width * channels).Select(_ => 2 * random.NextSingle() - 1)];
        return (Tensor.Of([count, height, width, channels], values), values);
    }
}
