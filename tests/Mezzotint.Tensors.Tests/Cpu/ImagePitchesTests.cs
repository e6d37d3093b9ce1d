using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Convolutions read an image among others' elements, here NaN, as they read one that is dense: to the bit.</summary>
public sealed class ImagePitchesTests : IDisposable
{
    private readonly ThreadTeam team = new(2);

    public void Dispose() => team.Dispose();

    [Fact]
    public void Direct_kernels()
    {
        var random = new Random(3);
        foreach ((int channels, int outChannels, int kernel, int stride, int groups) in ((int, int, int, int, int)[])
            [(3, 20, 5, 1, 1), (17, 64, 3, 2, 1), (64, 3, 7, 1, 1), (1, 1, 3, 1, 1), (40, 40, 3, 1, 40), (32, 64, 3, 1, 4), (64, 100, 1, 1, 1), (512, 16, 1, 2, 1)])
        {
            foreach (int padding in new[] { 0, kernel / 2 })
            {
                var g = new ConvolutionGeometry(3, 9, 11, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride, padding, 1, groups));
                Check(
                    g, random, (width, image) => new ConvolutionKernel(g, width, source: image),
                    (width, gradient) => new ConvolutionInputGradientKernel(g, width, source: gradient),
                    (width, image, gradient) => new ConvolutionWeightGradientKernel(g, width, input: image, gradient: gradient));
            }
        }
    }

    [Theory]
    [InlineData(4, 3, 1, 17, 40)]
    [InlineData(4, 3, 1, 64, 48)]
    [InlineData(2, 3, 1, 40, 17)]
    [InlineData(4, 3, 2, 40, 17)]
    [InlineData(4, 4, 2, 32, 33)]
    [InlineData(4, 4, 2, 17, 64)]
    public void Winograd(int side, int kernel, int stride, int channels, int outChannels)
    {
        var g = new ConvolutionGeometry(2, 18, 15, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride, padding: 1));
        Check(
            g, new Random(4), (width, image) => WinogradKernel.Forward(g, side, width, source: image),
            (width, gradient) => WinogradKernel.InputGradient(g, side, width, source: gradient),
            (width, image, gradient) => new WinogradWeightGradientKernel(g, side, width, input: image, gradient: gradient));
    }

    private void Check(
        ConvolutionGeometry g, Random random, Func<VectorWidth, ImagePitches?, Kernel> forward, Func<VectorWidth, ImagePitches?, Kernel> backward,
        Func<VectorWidth, ImagePitches?, ImagePitches?, Kernel> byWeights)
    {
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(g));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(g));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(g));
        (float[] amongX, ImagePitches ofX) = Among(random, x, g.Batch, g.Height, g.Width, g.InChannels);
        (float[] amongDy, ImagePitches ofDy) = Among(random, dy, g.Batch, g.OutHeight, g.OutWidth, g.OutChannels);
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            Assert.Equal(Run(forward(width, null), dy.Length, x, w), Run(forward(width, ofX), dy.Length, amongX, w));
            Assert.Equal(Run(backward(width, null), x.Length, dy, w), Run(backward(width, ofDy), x.Length, amongDy, w));
            Assert.Equal(Run(byWeights(width, null, null), w.Length, x, dy), Run(byWeights(width, ofX, ofDy), w.Length, amongX, amongDy));
        }
    }

    private float[] Run(Kernel kernel, int length, params float[][] inputs) => KernelRunner.Run(team, kernel, 2, length, inputs);

    /// <summary>An image with NaN between its pixels, rows and images.</summary>
    private static (float[] Elements, ImagePitches Pitches) Among(Random random, float[] image, int batch, int height, int width, int channels)
    {
        long pixel = channels + random.Next(1, 40), row = width * pixel + random.Next(1, 100), whole = height * row + random.Next(1, 1000);
        var pitches = new ImagePitches(whole, row, pixel);
        var elements = new float[pitches.Reach(batch, height, width, channels)];
        Array.Fill(elements, float.NaN);
        for (int i = 0; i < batch * height * width; i++)
        {
            long at = i / (height * width) * whole + i / width % height * row + i % width * pixel;
            image.AsSpan(i * channels, channels).CopyTo(elements.AsSpan((int)at));
        }

        return (elements, pitches);
    }
}
