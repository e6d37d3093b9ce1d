using System.Runtime.InteropServices;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <summary>The numbers of what depends on weights alone: the weights themselves, and what is computed of them, once.</summary>
internal sealed class Constants
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _numbers = [];
    private readonly TraceNode[] _nodes;

    /// <summary>Computes some nodes of a trace.</summary>
    public Constants(TraceNode[] nodes, IEnumerable<int> wanted)
    {
        _nodes = nodes;
        var computed = new List<int>();
        foreach (int node in wanted.Distinct())
        {
            Tensor tensor = nodes[node].First;
            if (tensor.Op is Read read) _numbers[node] = Bytes<float>(read.Variable.ToArray());
            else if (tensor.Op is Constant constant) _numbers[node] = Bytes<float>([constant.Value]);
            else if (tensor.Op is Tensors.Ops.Data data)
                _numbers[node] = data.Integers.IsEmpty ? Bytes(data.Floats.Span) : Bytes(data.Integers.Span);
            else computed.Add(node);
        }

        if (computed.Count == 0) return;
        RunResult result = CpuDevice.Shared.Run(new Step([.. computed.Select(node => nodes[node].First.Cast(ElementType.Float32))]));
        for (int i = 0; i < computed.Count; i++)
        {
            float[] numbers = result[i];
            _numbers[computed[i]] = nodes[computed[i]].First.Type == ElementType.Float32
                ? Bytes<float>(numbers)
                : Bytes<int>([.. numbers.Select(number => (int)number)]);
        }
    }

    /// <summary>The numbers of a node with its axes in another order, 4 bytes each.</summary>
    public ReadOnlyMemory<byte> Of(int node, int[] order)
    {
        int[] shape = _nodes[node].First.Shape.ToArray();
        if (order.AsSpan().SequenceEqual(Enumerable.Range(0, order.Length).ToArray())) return _numbers[node];
        long[] strides = _nodes[node].First.Shape.DenseStrides();
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(_numbers[node].Span);
        var bytes = new byte[_numbers[node].Length];
        Span<int> to = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        var index = new int[order.Length];
        long place = 0;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[(int)place];
            for (int axis = order.Length - 1; axis >= 0; axis--)
            {
                place += strides[order[axis]];
                if (++index[axis] < shape[order[axis]]) break;
                place -= strides[order[axis]] * index[axis];
                index[axis] = 0;
            }
        }

        return bytes;
    }

    private static ReadOnlyMemory<byte> Bytes<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged => MemoryMarshal.AsBytes(numbers).ToArray();
}
