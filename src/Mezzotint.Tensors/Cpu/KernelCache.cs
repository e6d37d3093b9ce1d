namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The methods emitted so far, by what they were emitted from. It holds a bounded number; beyond it the one used longest ago is forgotten
/// (and lives on in the kernels that hold it). Safe for any number of threads.
/// </summary>
/// <param name="capacity">How many methods to keep.</param>
internal sealed class KernelCache(int capacity = 4096)
{
    private readonly Dictionary<object, LinkedListNode<(object Key, Delegate Method)>> _nodes = [];
    private readonly LinkedList<(object Key, Delegate Method)> _byUse = new();
    private readonly Lock _lock = new();

    /// <summary>Methods held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _nodes.Count;
        }
    }

    /// <summary>Methods emitted since the cache was made.</summary>
    public long Emitted { get; private set; }

    /// <summary>The method of a key, emitted by <paramref name="emit"/> if it is not held. Keys are compared by value.</summary>
    public T Get<T>(object key, Func<T> emit)
        where T : Delegate
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return (T)node.Value.Method;
            }

            T method = emit();
            Emitted++;
            _nodes.Add(key, _byUse.AddFirst((key, method)));
            if (_nodes.Count > capacity)
            {
                _nodes.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }

            return method;
        }
    }
}
