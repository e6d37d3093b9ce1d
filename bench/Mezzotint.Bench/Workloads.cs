using Mezzotint.Bench.Work;

namespace Mezzotint.Bench;

/// <summary>What is measured, in the order of the tables.</summary>
internal static class Workloads
{
    /// <summary>Makers, because a workload holds its memory until it is disposed.</summary>
    public static IReadOnlyList<Func<Workload>> All { get; } =
    [
        () => new MemoryCopy(64 << 20),
    ];
}
