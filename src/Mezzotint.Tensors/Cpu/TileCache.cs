using System.Collections.Concurrent;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Emitted micro-kernels by shape. Bounded: when full it forgets all; kernels keep those they use.</summary>
internal sealed class TileCache(int capacity = 1024)
{
    private readonly ConcurrentDictionary<TileSpec, TileFunction> functions = new();

    /// <summary>The cache of this process.</summary>
    public static TileCache Shared { get; } = new();

    /// <summary>The micro-kernel of a shape, emitted at its first use.</summary>
    public TileFunction Get(in TileSpec spec)
    {
        if (functions.TryGetValue(spec, out TileFunction? found)) return found;
        if (functions.Count >= capacity) functions.Clear();
        return functions.GetOrAdd(spec, TileEmitter.Emit(spec));
    }
}
