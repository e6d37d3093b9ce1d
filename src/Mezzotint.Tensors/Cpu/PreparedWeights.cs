using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What a kernel has made of variables (packed weights), kept for each variable as long as it lives and good while its version is the same.</summary>
/// <param name="bytes">How much memory that takes for one variable.</param>
internal sealed class PreparedWeights(long bytes)
{
    private readonly ConditionalWeakTable<Variable, Entry> _entries = [];

    /// <summary>How much memory that takes for one variable.</summary>
    public long Bytes => bytes;

    /// <summary>The memory for what is made of a variable, and the version it was made of (-1: of none yet).</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="device">Counts the memory when it is taken.</param>
    public Entry Of(Variable variable, CpuDevice device)
    {
        if (_entries.TryGetValue(variable, out Entry? held)) return held;
        var buffer = new HostBuffer((bytes + sizeof(float) - 1) / sizeof(float));
        device.CountPacked(sizeof(float) * (long)buffer.Count);
        var entry = new Entry(buffer);
        _entries.Add(variable, entry);
        return entry;
    }

    internal sealed class Entry(HostBuffer buffer)
    {
        public HostBuffer Buffer { get; } = buffer;

        public long Version { get; set; } = -1;
    }
}
