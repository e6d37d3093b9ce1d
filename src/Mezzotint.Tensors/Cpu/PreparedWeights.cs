using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// What kernels have made of variables (packed weights): kept for each variable as long as it lives, once for each form, and good while the
/// variable's version is the same. Programs of all shapes of image share it.
/// </summary>
internal sealed class PreparedWeights
{
    private readonly ConditionalWeakTable<Variable, Dictionary<object, Entry>> _entries = [];

    /// <summary>
    /// The memory for what is made of a variable, and the version it was made of (-1: of none yet). Not safe for several threads at once.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="form">How it is laid out, as a value.</param>
    /// <param name="bytes">How much memory that takes.</param>
    /// <param name="device">Counts the memory when it is taken.</param>
    public Entry Of(Variable variable, object form, long bytes, CpuDevice device)
    {
        Dictionary<object, Entry> forms = _entries.GetOrCreateValue(variable);
        if (forms.TryGetValue(form, out Entry? held)) return held;
        var buffer = new HostBuffer((bytes + sizeof(float) - 1) / sizeof(float));
        device.CountPacked(sizeof(float) * (long)buffer.Count);
        var entry = new Entry(buffer);
        forms.Add(form, entry);
        return entry;
    }

    internal sealed class Entry(HostBuffer buffer)
    {
        public HostBuffer Buffer { get; } = buffer;

        public long Version { get; set; } = -1;
    }
}
