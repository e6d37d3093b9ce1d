namespace Mezzotint.Bench;

/// <summary>One workload measured on one number of threads.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Threads">By how many threads.</param>
/// <param name="Ours">Seconds of one run.</param>
/// <param name="PeakRate">Operations a second of the fused multiply-add loop in the same rounds.</param>
/// <param name="OfPeak">Our rate over that of the loop, round by round.</param>
/// <param name="Others">What others took in the same rounds.</param>
/// <param name="Arena">The bytes of our arena: all intermediate results, planned before the run.</param>
/// <param name="Memory">The most memory a process of ours held that did only this, in bytes.</param>
internal sealed record Measurement(
    Workload Work, int Threads, Distribution Ours, Distribution PeakRate, Distribution OfPeak, IReadOnlyList<OtherMeasurement> Others,
    long? Arena, long? Memory)
{
    /// <summary>Our time over that of the one so named, round by round; null where it was not measured.</summary>
    public Distribution? RatioTo(string name) => Others.FirstOrDefault(other => other.Name == name)?.Ratio;
}

/// <summary>What another took for the same work in the same rounds.</summary>
/// <param name="Name">Who.</param>
/// <param name="Seconds">Seconds of one run.</param>
/// <param name="Ratio">Our time over its, round by round: below one, we are faster.</param>
/// <param name="Variant">The fastest of the ways it knows.</param>
/// <param name="Memory">The most memory its process held, in bytes.</param>
internal sealed record OtherMeasurement(string Name, Distribution Seconds, Distribution Ratio, string Variant, long? Memory);
