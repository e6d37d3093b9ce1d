namespace Mezzotint.Tensors.Ops;

/// <summary>How a convolution and its gradient by its input are computed.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>Every result by itself: the sum of the products of its pixels and taps.</summary>
    Direct,

    /// <summary>4x4 results together, by Winograd's F(4x4, 3x3).</summary>
    Winograd,
}

/// <summary>
/// Which algorithm computes a convolution. The choice fixes which bits come out, so it is made from channels, taps, stride, dilation and
/// groups alone: not from the size of the image or the batch, and not from the machine.
/// </summary>
/// <remarks>
/// Winograd for 3x3 taps one pixel apart, with stride 1 and one group, from <see cref="FewestChannels"/> channels on either side (below,
/// its transforms cost more than the products they save) up to <see cref="MostWeights"/> weights a tap (its weights take four times the
/// memory, and above, reading them takes longer than the products). Measured figures are in docs/kernels.md.
/// </remarks>
internal static class ConvolutionChoice
{
    /// <summary>Rows and columns of results that Winograd computes together; they lie on multiples of it.</summary>
    public const int TileSide = 4;

    /// <summary>The channels of input and output that Winograd needs to pay.</summary>
    public const int FewestChannels = 8;

    /// <summary>The product of the channels of input and output up to which Winograd pays.</summary>
    public const int MostWeights = 512 * 512;

    /// <summary>The algorithm for a window and weights kh,kw,in,out.</summary>
    public static ConvolutionAlgorithm Of(ConvolutionWindow window, Shape weights) =>
        Of(window, weights[0], weights[1], weights[2], weights[3]);

    /// <summary>The algorithm for a convolution or its gradient by its input.</summary>
    public static ConvolutionAlgorithm Of(in ConvolutionGeometry geometry) =>
        Of(geometry.Window, geometry.KernelHeight, geometry.KernelWidth, geometry.InChannelsPerGroup, geometry.OutChannels);

    /// <summary>The side of the squares, on multiples of it, whose elements an operation computes together; 1 where each is computed by
    /// itself.</summary>
    public static int TileSideOf(Op op, ReadOnlySpan<Shape> inputs) =>
        op is Conv2d or Conv2dInputGradient && Of(((Convolution)op).Window, inputs[1]) == ConvolutionAlgorithm.Winograd ? TileSide : 1;

    private static ConvolutionAlgorithm Of(ConvolutionWindow w, int kernelHeight, int kernelWidth, int input, int output) =>
        kernelHeight == 3 && kernelWidth == 3 && w is { StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1 }
        && Math.Min(input, output) >= FewestChannels && (long)input * output <= MostWeights
            ? ConvolutionAlgorithm.Winograd
            : ConvolutionAlgorithm.Direct;
}
