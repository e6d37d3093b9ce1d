using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class WinogradWeightGradientKernelTests : IDisposable
{
    /// <summary>Four units in the last place of what is rounded on the way, as sums of products are granted elsewhere.</summary>
    private const double RoundOff = 8.0 / (1 << 24);

    /// <summary>What of the largest result any one may be wrong by.</summary>
    private const double OfScale = 2e-5;

    private readonly ThreadTeam team = new(2);

    public void Dispose() => team.Dispose();

    [Fact]
    public void The_gradient_equals_plain_loops_on_random_geometries()
    {
        var random = new Random(31);
        for (int i = 0; i < 40; i++) Check(RandomGeometry(random, i % 2 == 0 ? 3 : 4, i % 2 == 0 ? 1 : 2), i % 6 == 0 ? 2 : 4, random);
        for (int i = 0; i < 16; i++) Check(RandomGeometry(random, 4, stride: 1), 3, random);
        for (int i = 0; i < 20; i++) Check(RandomGeometry(random, 3, stride: 2), 4, random);
    }

    [Theory]
    [InlineData(1, 9, 31, 48, 100)]
    [InlineData(4, 5, 4, 70, 33)]
    public void The_gradient_of_4x4_with_stride_1_equals_plain_loops_on_layers(int batch, int height, int width, int channels, int outChannels) =>
        Check(new(batch, height, width, channels, outChannels, 4, 4, ConvolutionWindow.Square(padding: 1)), 3, new Random(1));

    [Theory]
    [InlineData(3, 2, 24, 24, 64, 64)]
    [InlineData(3, 1, 9, 31, 48, 100)]
    [InlineData(3, 7, 4, 5, 130, 17)]
    [InlineData(4, 2, 16, 32, 64, 128)]
    [InlineData(4, 9, 8, 8, 40, 33)]
    [InlineData(4, 3, 11, 6, 17, 200)]
    public void The_gradient_equals_plain_loops_on_layers(int kernel, int batch, int height, int width, int channels, int outChannels) =>
        Check(Geometry(kernel, batch, height, width, channels, outChannels), 4, new Random(1));

    [Theory]
    [InlineData(2, 1, 4, 1, 9, 31, 64, 48)]
    [InlineData(5, 1, 2, 2, 13, 7, 33, 100)]
    [InlineData(5, 2, 4, 2, 13, 18, 40, 64)]
    [InlineData(6, 2, 4, 1, 20, 11, 64, 33)]
    [InlineData(7, 2, 3, 2, 17, 14, 48, 40)]
    [InlineData(9, 2, 2, 1, 19, 13, 32, 48)]
    public void The_gradient_of_other_kernels_equals_plain_loops(
        int kernel, int stride, int results, int batch, int height, int width, int channels, int outChannels) => Check(
            new(batch, height, width, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride, (kernel - 1) / 2)), results, new Random(1));

    [Theory]
    [InlineData(3, 16, 24, 24, 32, 48)]
    [InlineData(4, 8, 32, 32, 16, 64)]
    public void The_gradient_is_the_same_bits_on_any_number_of_threads(
        int kernel, int batch, int height, int width, int channels, int outChannels)
    {
        using ThreadTeam one = new(1), three = new(3);
        var random = new Random(11);
        ConvolutionGeometry geometry = Geometry(kernel, batch, height, width, channels, outChannels);
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(geometry));
        foreach (VectorWidth vectors in KernelRunner.Widths)
        {
            float[] alone = Gradient(one, geometry, 4, vectors, x, dy);
            Assert.Equal(alone, Gradient(team, geometry, 4, vectors, x, dy));
            Assert.Equal(alone, Gradient(three, geometry, 4, vectors, x, dy));
        }
    }

    private static ConvolutionGeometry Geometry(int kernel, int batch, int height, int width, int channels, int outChannels) => new(
        batch, height, width, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride: kernel == 4 ? 2 : 1, padding: 1));

    private static ConvolutionGeometry RandomGeometry(Random random, int kernel, int stride)
    {
        while (true)
        {
            int Channels() => new[] { 1, 3, 16, 17, 48, 64, 100 }[random.Next(7)];
            var window = new ConvolutionWindow(
                stride, stride, PadTop: random.Next(3), PadBottom: random.Next(3), PadLeft: random.Next(3), PadRight: random.Next(3));
            var geometry = new ConvolutionGeometry(
                random.Next(1, 4), random.Next(1, 20), random.Next(1, 24), Channels(), Channels(), kernel, kernel, window);
            if (geometry.OutHeight < 1 || geometry.OutWidth < 1) continue;
            if ((double)ConvolutionReference.OutputSize(geometry) * geometry.InChannels * kernel * kernel < 2e6) return geometry;
        }
    }

    private static float[] Gradient(ThreadTeam team, ConvolutionGeometry geometry, int results, VectorWidth width, float[] x, float[] dy) =>
        KernelRunner.Run(
            team, new WinogradWeightGradientKernel(geometry, results, width), 2, (int)ConvolutionReference.WeightSize(geometry), x, dy);

    private void Check(ConvolutionGeometry g, int results, Random random)
    {
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(g));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(g));
        (double[] expected, _) = ConvolutionReference.WeightGradient(g, x, dy);
        double[] terms = WinogradRoundOff.WeightGradientTerms(
            new Conv2dWeightGradient(g.Window, g.KernelHeight, g.KernelWidth), results, Values.Of([g.Batch, g.Height, g.Width, g.InChannels], x),
            Values.Of([g.Batch, g.OutHeight, g.OutWidth, g.OutChannels], dy), [g.KernelHeight, g.KernelWidth, g.InChannels, g.OutChannels]);
        double scale = expected.Max(Math.Abs);
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            float[] actual = Gradient(team, g, results, width, x, dy);
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs(expected[i] - actual[i]);
                if (!(error <= RoundOff * terms[i] + 1e-30))
                    Assert.Fail($"{width}, {g}: element {i} is {actual[i]}, and should be {expected[i]} to within {RoundOff * terms[i]}");
                if (error > OfScale * scale) Assert.Fail($"{width}, {g}: element {i} is wrong by {error / scale} of the largest");
            }
        }
    }
}
