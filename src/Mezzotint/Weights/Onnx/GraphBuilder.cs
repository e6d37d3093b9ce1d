using System.Runtime.InteropServices;

namespace Mezzotint.Weights.Onnx;

/// <summary>The ONNX graph as it is put together.</summary>
internal sealed class GraphBuilder
{
    /// <summary>An optional input that is left out.</summary>
    public const int Absent = -1;

    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxInitializer> _initializers = [];
    private int _count;

    /// <summary>A new number for a tensor.</summary>
    public int NewId() => _count++;

    /// <summary>Adds a node and returns its tensor.</summary>
    public int Emit(string type, string? scope, int[] inputs, params OnnxAttribute[] attributes)
    {
        int output = NewId();
        _nodes.Add(new OnnxNode(type, inputs, output, scope, attributes));
        return output;
    }

    /// <summary>A list of integers, for an input that is one.</summary>
    public int Integers(params long[] values) => Add("sizes", OnnxType.Int64, [values.Length], null, [], Bytes<long>(values));

    /// <summary>Numbers that are made here.</summary>
    public int Floats(string name, long[] extents, float[] values) => Add(name, OnnxType.Float, extents, null, [], Bytes<float>(values));

    /// <summary>The numbers of a constant node, its axes in an order and with extents of 1 put in.</summary>
    public int Constant(string name, OnnxType type, long[] extents, int source, int[] order) =>
        Add(name, type, extents, source, order, default);

    /// <summary>The nodes and initializers that an output needs, in order.</summary>
    public (List<OnnxNode> Nodes, List<OnnxInitializer> Initializers) Needed(int output)
    {
        var needed = new HashSet<int> { output };
        var nodes = new List<OnnxNode>();
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (!needed.Contains(_nodes[i].Output)) continue;
            nodes.Add(_nodes[i]);
            needed.UnionWith(_nodes[i].Inputs);
        }

        nodes.Reverse();
        return (nodes, [.. _initializers.Where(initializer => needed.Contains(initializer.Id))]);
    }

    private static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    private int Add(string name, OnnxType type, long[] extents, int? source, int[] order, ReadOnlyMemory<byte> bytes)
    {
        int id = NewId();
        _initializers.Add(new OnnxInitializer(id, name, type, extents, source, order, bytes));
        return id;
    }
}
