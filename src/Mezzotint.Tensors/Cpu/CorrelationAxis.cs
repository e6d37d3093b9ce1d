namespace Mezzotint.Tensors.Cpu;

/// <summary>The destinations <c>phase + phases * j</c> of one axis, all of which see the same taps of the kernel.</summary>
/// <param name="Count">How many j there are.</param>
/// <param name="Origin">The source position of tap 0 at j = 0.</param>
/// <param name="Taps">Taps in the order of their source positions; may be none.</param>
/// <param name="FirstTap">The kernel's index of tap 0.</param>
/// <param name="TapStep">From one tap's index in the kernel to the next's.</param>
internal readonly record struct AxisPhase(int Count, int Origin, int Taps, int FirstTap, int TapStep);

/// <summary>
/// One axis of a correlation: destination <c>phase + phases * j</c> sums taps t of its phase over the source at <c>j * Stride + Origin + t
/// * Dilation</c>, zero outside. A convolution has one phase; the gradient of a convolution with stride s has s phases, each a convolution
/// with stride 1 over a subset of the taps, so that no zeros are inserted anywhere.
/// </summary>
internal sealed record CorrelationAxis(int Source, int Destination, int Stride, int Dilation, AxisPhase[] Phases)
{
    /// <summary>The lowest source position any tap is at for j = 0.</summary>
    public int LowestOrigin => Phases.Where(phase => phase.Taps > 0).Select(phase => phase.Origin).DefaultIfEmpty(0).Min();

    /// <summary>One more than the highest source position any tap is at for j = 0.</summary>
    private int HighestReach =>
        Phases.Where(phase => phase.Taps > 0).Select(phase => phase.Origin + (phase.Taps - 1) * Dilation + 1).DefaultIfEmpty(1).Max();

    /// <summary>The most destinations of a phase.</summary>
    public int Count => Phases[0].Count;

    /// <summary>Whether every tap lies inside the source for every destination.</summary>
    public bool StaysInside => Phases.All(phase => phase.Taps == 0 || phase.Count == 0
        || (phase.Origin >= 0 && (phase.Count - 1) * Stride + phase.Origin + (phase.Taps - 1) * Dilation < Source));

    /// <summary>Source positions that so many adjacent destinations of every phase see.</summary>
    public int Span(int count) => (count - 1) * Stride + HighestReach - LowestOrigin;

    /// <summary>The axis of a convolution.</summary>
    public static CorrelationAxis Forward(int source, int destination, int kernel, int stride, int padding, int dilation) =>
        new(source, destination, stride, dilation, [new AxisPhase(destination, -padding, kernel, 0, 1)]);

    /// <summary>The axis of a convolution's gradient by its input, which goes from the convolution's output back to its input.</summary>
    public static CorrelationAxis Backward(int source, int destination, int kernel, int stride, int padding, int dilation)
    {
        int common = Gcd(stride, dilation);
        int step = stride / common;
        var phases = new AxisPhase[stride];
        for (int phase = 0; phase < stride; phase++)
        {
            int count = phase < destination ? (destination - phase - 1) / stride + 1 : 0;
            int first = 0;
            while (first < step && (phase + padding - first * dilation) % stride != 0) first++;
            if (first == step || first >= kernel)
            {
                phases[phase] = new AxisPhase(count, 0, 0, 0, 0);
                continue;
            }
            int taps = (kernel - 1 - first) / step + 1;
            int last = first + (taps - 1) * step;
            phases[phase] = new AxisPhase(count, (phase + padding - last * dilation) / stride, taps, last, -step);
        }
        return new(source, destination, 1, dilation / common, phases);
    }

    /// <summary>The taps of a phase that touch the source for any of the destinations j to j + count - 1.</summary>
    public (int First, int End) TapsInside(in AxisPhase phase, int j, int count)
    {
        int low = phase.Origin + j * Stride, high = low + (count - 1) * Stride;
        int first = high >= 0 ? 0 : (-high + Dilation - 1) / Dilation;
        int end = low >= Source ? 0 : Math.Min(phase.Taps, (Source - 1 - low) / Dilation + 1);
        return first < end ? (first, end) : (0, 0);
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
