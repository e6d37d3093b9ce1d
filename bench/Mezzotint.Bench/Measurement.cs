namespace Mezzotint.Bench;

/// <summary>One workload measured on one number of threads.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Threads">By how many threads.</param>
/// <param name="Ours">Seconds of one run.</param>
/// <param name="PeakRate">Operations a second of the fused multiply-add loop in the same rounds.</param>
/// <param name="OfPeak">Our rate over that of the loop, round by round.</param>
/// <param name="Theirs">The peer's seconds of one run, where there is a peer.</param>
/// <param name="Ratio">The peer's time over ours, round by round: above one, we are faster.</param>
/// <param name="Variant">The peer's fastest variant.</param>
/// <param name="Arena">The bytes of our arena: all intermediate results, planned before the run.</param>
/// <param name="OurMemory">The most memory a process of ours held that did only this, in bytes.</param>
/// <param name="TheirMemory">The same of the peer.</param>
internal sealed record Measurement(
    Workload Work, int Threads, Distribution Ours, Distribution PeakRate, Distribution OfPeak, Distribution? Theirs, Distribution? Ratio,
    string? Variant, long? Arena, long? OurMemory, long? TheirMemory);
