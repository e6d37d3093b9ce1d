namespace Mezzotint.Tensors.Cpu;

/// <summary>A correlation with stride 1 that is a part of one with stride s along an axis.</summary>
/// <param name="Origin">The source position of its first tap at its first result.</param>
/// <param name="Taps">Its share of the taps.</param>
/// <param name="FirstTap">The kernel's index of the first of them.</param>
/// <param name="TapStep">From one tap's index in the kernel to the next's.</param>
internal readonly record struct WinogradPart(int Origin, int Taps, int FirstTap, int TapStep);

/// <summary>
/// One axis of a correlation as minimal filtering sees it: as many parts as its stride, each of which has its share of the taps and reads
/// pixels, or writes results, a stride apart. A convolution's parts read every s-th pixel each, and their sum is the result; the parts of a
/// convolution's gradient by its input write every s-th result each, its phases. A part with a tap less than others is filtered as if its
/// last tap were 0, but the point at infinity, where nothing but the last tap is seen, is left out.
/// </summary>
/// <param name="Source">Pixels of the source.</param>
/// <param name="Destination">Pixels of the destination.</param>
/// <param name="Taps">Taps of a part, at the most; others have one less.</param>
/// <param name="PixelStep">From one of a part's pixels to the next.</param>
/// <param name="ResultStep">From one of a part's results to the next; where it is not 1, the parts' first results are adjacent.</param>
/// <param name="Parts">The parts.</param>
internal sealed record WinogradAxis(int Source, int Destination, int Taps, int PixelStep, int ResultStep, WinogradPart[] Parts)
{
    /// <summary>The lowest source position that the first results read.</summary>
    public int Origin { get; } = Parts.Min(part => part.Origin);

    /// <summary>The axis of a convolution.</summary>
    public static WinogradAxis Forward(int source, int destination, int kernel, int stride, int padding) => new(
        source, destination, Cut.Parts(kernel, stride), stride, 1,
        [.. Enumerable.Range(0, stride).Select(part => new WinogradPart(part - padding, Cut.Parts(kernel - part, stride), part, stride))]);

    /// <summary>The axis of a convolution's gradient by its input, which goes from the convolution's output back to its input.</summary>
    public static WinogradAxis Backward(int source, int destination, int kernel, int stride, int padding)
    {
        AxisPhase[] phases = CorrelationAxis.Backward(source, destination, kernel, stride, padding, dilation: 1).Phases;
        return new(
            source, destination, Cut.Parts(kernel, stride), 1, stride,
            [.. phases.Select(phase => new WinogradPart(phase.Origin, phase.Taps, phase.FirstTap, phase.TapStep))]);
    }

    /// <summary>
    /// Whether a part is anything but zero at a point of so many, the last of which is infinity: there one that lacks the last tap is zero.
    /// </summary>
    public bool Reaches(in WinogradPart part, int point, int points) => part.Taps == Taps || point < points - 1;

    /// <summary>Source positions that so many results of each part are computed from, from the lowest to the highest.</summary>
    public int Reach(int results) => Parts.Max(part => part.Origin) - Origin + (results + Taps - 2) * PixelStep + 1;
}
