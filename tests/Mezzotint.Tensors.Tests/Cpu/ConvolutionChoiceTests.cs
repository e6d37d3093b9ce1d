using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;
using Xunit;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>The rule that picks a convolution's algorithm, as docs/kernels.md states it.</summary>
public sealed class ConvolutionChoiceTests
{
    /// <summary>
    /// Taps, stride, padding, channels in and out; then the algorithms of the convolution, which is that of its gradient by the input too,
    /// and of its gradient by the weights.
    /// </summary>
    public static TheoryData<int, int, int, int, int, string, string> Layers { get; } = new()
    {
        // 3x3, stride 1: from 8 channels (of the weights: 16), squares of 4x4 up to 512 to 512 channels.
        { 3, 1, 1, 8, 8, "Winograd F(4x4, 3x3)", "direct" },
        { 3, 1, 1, 7, 64, "direct", "direct" },
        { 3, 1, 1, 64, 7, "direct", "direct" },
        { 3, 1, 1, 16, 16, "Winograd F(4x4, 3x3)", "Winograd" },
        { 3, 1, 0, 64, 64, "Winograd F(4x4, 3x3)", "Winograd" },
        { 3, 1, 1, 512, 512, "Winograd F(4x4, 3x3)", "Winograd" },
        { 3, 1, 1, 513, 512, "Winograd F(2x2, 3x3)", "direct" },

        // 4x4, stride 2: from 16 channels, squares of 4x4 up to 512 to 256.
        { 4, 2, 1, 16, 16, "Winograd F(4x4, 2x2)", "Winograd" },
        { 4, 2, 1, 15, 64, "direct", "direct" },
        { 4, 2, 1, 3, 64, "direct", "direct" },
        { 4, 2, 1, 512, 256, "Winograd F(4x4, 2x2)", "Winograd" },
        { 4, 2, 1, 512, 257, "direct", "direct" },

        // 3x3, stride 2: from 32 channels up to as many.
        { 3, 2, 1, 32, 32, "Winograd F(4x4, 2x2)", "Winograd" },
        { 3, 2, 1, 31, 64, "direct", "direct" },
        { 3, 2, 0, 512, 256, "Winograd F(4x4, 2x2)", "Winograd" },
        { 3, 2, 1, 512, 257, "direct", "direct" },

        // 4x4, stride 1: the channels of stride 2, squares of 3x3; directly without padding.
        { 4, 1, 1, 16, 16, "Winograd F(3x3, 4x4)", "Winograd" },
        { 4, 1, 1, 64, 15, "direct", "direct" },
        { 4, 1, 2, 256, 512, "Winograd F(3x3, 4x4)", "Winograd" },
        { 4, 1, 1, 512, 512, "direct", "direct" },
        { 4, 1, 1, 512, 1, "direct", "direct" },
        { 4, 1, 0, 100, 512, "direct", "direct" },

        // Other kernels as the parts' taps are 2, 3, 4 or 5: from 5x5 on from 16 channels up to 512 to 512, 2x2 as 3x3 with stride 2.
        { 2, 1, 0, 32, 32, "Winograd F(4x4, 2x2)", "Winograd" },
        { 5, 1, 2, 64, 64, "Winograd F(2x2, 5x5)", "Winograd" },
        { 2, 1, 0, 31, 64, "direct", "direct" },
        { 5, 1, 2, 16, 16, "Winograd F(2x2, 5x5)", "Winograd" },
        { 5, 1, 2, 15, 64, "direct", "direct" },
        { 5, 1, 2, 512, 512, "Winograd F(2x2, 5x5)", "Winograd" },
        { 5, 1, 2, 513, 512, "direct", "direct" },
        { 5, 2, 2, 64, 64, "Winograd F(4x4, 3x3)", "Winograd" },
        { 6, 2, 2, 64, 64, "Winograd F(4x4, 3x3)", "Winograd" },
        { 7, 2, 3, 64, 64, "Winograd F(3x3, 4x4)", "Winograd" },
        { 9, 2, 4, 64, 64, "Winograd F(2x2, 5x5)", "Winograd" },
        { 11, 2, 5, 64, 64, "direct", "direct" },
        { 2, 2, 0, 64, 64, "direct", "direct" },

        // All else.
        { 1, 1, 0, 64, 64, "direct", "direct" },
        { 6, 1, 2, 64, 64, "direct", "direct" },
        { 7, 1, 3, 64, 64, "direct", "direct" },
        { 9, 1, 4, 3, 64, "direct", "direct" },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_has_the_same_algorithm_at_every_size(
        int taps, int stride, int padding, int inputs, int outputs, string algorithm, string ofWeights)
    {
        ConvolutionWindow window = ConvolutionWindow.Square(stride, padding);
        foreach ((int batch, int height, int width) in new[] { (1, 4, 4), (1, 9, 33), (5, 16, 16), (1, 64, 5) })
        {
            Shape image = [batch, height, width, inputs], weights = [taps, taps, inputs, outputs];
            if (height + 2 * padding < taps || width + 2 * padding < taps) continue;
            Shape result = [batch, window.OutExtent(height, taps, true), window.OutExtent(width, taps, false), outputs];
            Tensor x = new Feed("x", image), w = new Feed("w", weights), e = new Feed("e", result);
            Assert.Equal(algorithm, AlgorithmOf(x.Conv2d(w, window)));
            Assert.Equal(algorithm, AlgorithmOf(e.ConvTranspose2d(w, window, height, width)));
            Assert.StartsWith(ofWeights, AlgorithmOf(Tensor.Apply(new Conv2dWeightGradient(window, taps, taps), x, e)));
        }
    }

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 1, 2)]
    public void Groups_and_dilation_are_computed_directly(int taps, int dilation, int groups)
    {
        ConvolutionWindow window = ConvolutionWindow.Square(1, dilation, dilation, groups);
        Tensor x = new Feed("x", [1, 16, 16, 64]), w = new Feed("w", [taps, taps, 64 / groups, 64]);
        Assert.Equal("direct", AlgorithmOf(x.Conv2d(w, window)));
    }

    [Fact]
    public void Strides_or_taps_that_differ_are_computed_directly()
    {
        Tensor x = new Feed("x", [1, 16, 16, 64]);
        Assert.Equal("direct", AlgorithmOf(x.Conv2d(new Feed("w", [3, 3, 64, 64]), new ConvolutionWindow(StrideY: 1, StrideX: 2, 1, 1, 1, 1))));
        Assert.Equal("direct", AlgorithmOf(x.Conv2d(new Feed("w", [3, 1, 64, 64]), new ConvolutionWindow(PadTop: 1, PadBottom: 1))));
    }

    private static string AlgorithmOf(Tensor result)
    {
        var program = new CpuProgram(Graph.Of(new Step([result])).Graph, CpuDevice.WidestVectors, new KernelCache());
        return Assert.Single(program.Kernels).Algorithm!;
    }
}
