namespace Mezzotint.Tensors.Ops;

/// <summary>
/// Which algorithm computes a convolution and its gradients: each result by itself, the sum of the products of its pixels and
/// taps, or squares of results together, by Winograd's F(4x4, 3x3) and its like. The choice fixes which bits come out, so it is made from
/// channels, taps, stride, padding, dilation and groups alone: not from the size of the image or the batch, and not from the machine.
/// </summary>
/// <remarks>
/// Winograd for one group without dilation and square kernels, with stride 1 or 2 (with stride 2 as four convolutions with stride 1, each of
/// every second tap), of 2 to 5 taps an axis then, from some channels on either side (below, its transforms cost more than the products they
/// save). Of 2 or 3 taps 4 results are computed together, of 4 taps 3, of 5 taps 2, all but the first from six points: more would be less
/// exact than sums of products. 3x3 with stride 1, whose weights take 4 times the memory then, computes 2 together where there are so many
/// weights that reading them would take longer than the products; of all else the largest layers are computed directly. So are those of 4x4
/// with stride 1 that pad nothing: they are what stands between a vector and a map of 4x4 pixels, of whose 3x3 squares three quarters would
/// be beyond its edges. Measured figures are in docs/kernels.md.
/// </remarks>
internal static class ConvolutionChoice
{
    /// <summary>
    /// The channels of input and output that Winograd needs to pay: with 3x3 taps and stride 1 (of its gradient by the weights as many as
    /// with 4x4), from 4x4 taps on, and with others.
    /// </summary>
    private const int FewestOfUsual = 8, FewestOfLarge = 16, FewestOfOthers = 32;

    /// <summary>
    /// The product of the channels of input and output up to which 4x4 results are computed together with 3x3 taps and stride 1, and up to
    /// which minimal filtering is used at all: from 5x5 taps on, and with others.
    /// </summary>
    private const int MostWeights = 512 * 512, MostWeightsOfOthers = 512 * 256;

    /// <summary>The side of the squares, on multiples of it, whose elements an operation computes together; 1 where each is computed by
    /// itself.</summary>
    public static int TileSideOf(Op op, ReadOnlySpan<Shape> inputs)
    {
        int together = op is Conv2dWeightGradient ? 1 : ResultsTogether(op, inputs);
        return together > 1 && op is Conv2dInputGradient gradient ? together * gradient.Window.StrideY : together;
    }

    /// <summary>
    /// How many results along an axis, of those that see the same taps, an operation computes, or takes, together: 4, 3, 2 or 1.
    /// </summary>
    public static int ResultsTogether(Op op, ReadOnlySpan<Shape> inputs)
    {
        if (op is Conv2dWeightGradient gradient)
            return ForWeightGradient(gradient.Window, gradient.KernelHeight, gradient.KernelWidth, inputs[0][3], inputs[1][3]);
        if (op is not Convolution convolution) return 1;
        Shape weights = inputs[1];
        return ResultsTogether(convolution.Window, weights[0], weights[1], weights[2], weights[3]);
    }

    /// <summary>How many results along an axis, of those that see the same taps, a convolution, or its gradient by its input, computes
    /// together: 4, 3, 2 or 1.</summary>
    public static int ResultsTogether(in ConvolutionGeometry g) =>
        ResultsTogether(g.Window, g.KernelHeight, g.KernelWidth, g.InChannelsPerGroup, g.OutChannels);

    /// <summary>How many results along an axis the gradient of a convolution by its weights takes together: 4, 3, 2 or 1.</summary>
    public static int ForWeightGradient(in ConvolutionGeometry g) =>
        ForWeightGradient(g.Window, g.KernelHeight, g.KernelWidth, g.InChannels, g.OutChannels);

    private static int ForWeightGradient(ConvolutionWindow w, int kernelHeight, int kernelWidth, int input, int output)
    {
        if (!IsFiltering(w, kernelHeight, kernelWidth)) return 1;
        int fewest = Math.Max(FewestOfLarge, Fewest(kernelHeight, w));
        return Math.Min(input, output) < fewest || (long)input * output > Most(kernelHeight, w) ? 1 : ResultsOf(PartTaps(kernelHeight, w));
    }

    private static int ResultsTogether(ConvolutionWindow w, int kernelHeight, int kernelWidth, int input, int output)
    {
        if (!IsFiltering(w, kernelHeight, kernelWidth) || Math.Min(input, output) < Fewest(kernelHeight, w)) return 1;
        bool many = (long)input * output > Most(kernelHeight, w);
        return !many ? ResultsOf(PartTaps(kernelHeight, w)) : IsUsual(kernelHeight, w) ? 2 : 1;
    }

    private static int Fewest(int kernel, ConvolutionWindow w) => IsUsual(kernel, w) ? FewestOfUsual : kernel >= 4 ? FewestOfLarge : FewestOfOthers;

    private static int Most(int kernel, ConvolutionWindow w) => kernel >= 5 || IsUsual(kernel, w) ? MostWeights : MostWeightsOfOthers;

    private static bool IsUsual(int kernel, ConvolutionWindow w) => (kernel, w.StrideY) is (3, 1);

    /// <summary>
    /// Whether minimal filtering applies: of one group without dilation, square, with stride 1 or 2 and parts of 2 to 5 taps; 4x4 with stride
    /// 1 only where it pads.
    /// </summary>
    private static bool IsFiltering(ConvolutionWindow w, int kernelHeight, int kernelWidth) =>
        kernelHeight == kernelWidth && w.StrideY == w.StrideX && w is { DilationY: 1, DilationX: 1, Groups: 1, StrideY: 1 or 2 }
        && PartTaps(kernelHeight, w) is >= 2 and <= 5
        && ((kernelHeight, w.StrideY) is not (4, 1) || w.PadTop + w.PadBottom + w.PadLeft + w.PadRight > 0);

    /// <summary>Taps along an axis of the convolutions with stride 1 that one is made of, at the most.</summary>
    private static int PartTaps(int kernel, ConvolutionWindow w) => (kernel + w.StrideY - 1) / w.StrideY;

    /// <summary>Results of so many taps that five points make, or, of more than 2 taps, six.</summary>
    private static int ResultsOf(int partTaps) => partTaps == 2 ? 4 : 7 - partTaps;
}
