namespace Mezzotint.Tensors.Ops;

/// <summary>
/// Which algorithm computes a convolution and its gradient by its input: each result by itself, the sum of the products of its pixels and
/// taps, or squares of results together, by Winograd's F(4x4, 3x3) or F(2x2, 3x3). The choice fixes which bits come out, so it is made from
/// channels, taps, stride, dilation and groups alone: not from the size of the image or the batch, and not from the machine.
/// </summary>
/// <remarks>
/// Winograd for 3x3 taps one pixel apart, with stride 1 and one group, from <see cref="FewestChannels"/> channels on either side (below,
/// its transforms cost more than the products they save). The larger squares up to <see cref="MostWeights"/> weights a tap: their weights
/// take four times the memory, and above, reading them takes longer than the products; those of the smaller squares take 1.8 times.
/// Measured figures are in docs/kernels.md.
/// </remarks>
internal static class ConvolutionChoice
{
    /// <summary>The channels of input and output that Winograd needs to pay.</summary>
    public const int FewestChannels = 8;

    /// <summary>The product of the channels of input and output up to which 4x4 results are computed together, and above it 2x2.</summary>
    public const int MostWeights = 512 * 512;

    /// <summary>The side of the squares, on multiples of it, whose elements an operation computes together; 1 where each is computed by
    /// itself.</summary>
    public static int TileSideOf(Op op, ReadOnlySpan<Shape> inputs)
    {
        if (op is not (Conv2d or Conv2dInputGradient)) return 1;
        Shape weights = inputs[1];
        return TileSideOf(((Convolution)op).Window, weights[0], weights[1], weights[2], weights[3]);
    }

    /// <summary>The side of the squares of results that a convolution, or its gradient by its input, computes together: 4, 2 or 1.</summary>
    public static int TileSideOf(in ConvolutionGeometry geometry) =>
        TileSideOf(geometry.Window, geometry.KernelHeight, geometry.KernelWidth, geometry.InChannelsPerGroup, geometry.OutChannels);

    private static int TileSideOf(ConvolutionWindow w, int kernelHeight, int kernelWidth, int input, int output)
    {
        bool takesWinograd = kernelHeight == 3 && kernelWidth == 3
            && w is { StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1 } && Math.Min(input, output) >= FewestChannels;
        return !takesWinograd ? 1 : (long)input * output <= MostWeights ? 4 : 2;
    }
}
