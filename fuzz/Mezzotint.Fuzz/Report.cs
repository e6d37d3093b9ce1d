namespace Mezzotint.Fuzz;

/// <summary>What a run of the fuzzer did.</summary>
/// <param name="Reader">The reader.</param>
/// <param name="Executions">Files that were read.</param>
/// <param name="Accepted">How many of them were taken as sound.</param>
/// <param name="Behaviours">Different outcomes that were met: places that refuse, kinds of success.</param>
/// <param name="CpuTime">Processor time of the process meanwhile.</param>
/// <param name="MostAllocated">The most bytes that one file had allocated.</param>
/// <param name="Findings">What went wrong; each kind once.</param>
internal sealed record Report(
    string Reader, long Executions, long Accepted, int Behaviours, TimeSpan CpuTime, long MostAllocated, IReadOnlyList<Finding> Findings);
