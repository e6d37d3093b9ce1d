namespace Mezzotint.Weights.Onnx;

/// <content>Axes put in order, repetitions made, and extents that depend on the input's.</content>
internal sealed partial class Translation
{
    private readonly Dictionary<(int Id, string Axes), Value> _arranged = [];

    /// <summary>A node's tensor with all of its axes in an order and all repetitions made.</summary>
    private Value Whole(int node, int[] order)
    {
        Value value = Arranged(node, ValueOf(node), order);
        Extent[] shape = _trace.Nodes[node].Shape;
        Extent[] extents = [.. order.Select(axis => shape[axis])];
        if (extents.AsSpan().SequenceEqual(value.Extents)) return value;
        Extent[] repeats = [.. extents.Zip(value.Extents, (whole, now) => whole == now ? _one : whole)];
        return new Value(Emit(node, "Expand", [value.Id, Extents(node, repeats, value)]), order, extents);
    }

    /// <summary>A node's tensor whole, its axes in the order they have if none is lacking.</summary>
    private Value Whole(int node)
    {
        int[] axes = ValueOf(node).Axes;
        int rank = _trace.Nodes[node].Shape.Length;
        return Whole(node, axes.Length == rank ? axes : DefaultOrder(rank));
    }

    /// <summary>A tensor with its axes in an order that may hold axes it lacks: those get extent 1.</summary>
    private Value Arranged(int node, Value value, int[] order)
    {
        if (value.Axes.AsSpan().SequenceEqual(order)) return value;
        (int, string) key = (value.Id, string.Join(' ', order));
        if (_arranged.TryGetValue(key, out Value? known)) return known;
        int[] present = [.. order.Where(value.Axes.Contains)];
        Extent[] extents = [.. order.Select(axis => value.Axes.Contains(axis) ? value.Extents[Array.IndexOf(value.Axes, axis)] : _one)];
        int id;
        if (value.Constant is { } constant)
        {
            id = Initializer(constant, [.. present.Select(axis => Array.IndexOf(value.Axes, axis))], extents);
        }
        else
        {
            id = value.Id;
            if (!present.AsSpan().SequenceEqual(value.Axes))
                id = Emit(node, "Transpose", [id], ("perm", [.. present.Select(axis => (long)Array.IndexOf(value.Axes, axis))]));
            long[] lacking = [.. Enumerable.Range(0, order.Length).Where(i => !value.Axes.Contains(order[i])).Select(i => (long)i)];
            if (lacking.Length > 0) id = Emit(node, "Unsqueeze", [id, Graph.Integers(lacking)]);
        }

        return _arranged[key] = new Value(id, order, extents);
    }

    /// <summary>A list of extents as a tensor, those that depend on the size of the input taken from tensors that have them.</summary>
    private int Extents(int node, Extent[] extents, Value near)
    {
        if (extents.All(extent => extent.IsFixed)) return Graph.Integers([.. extents.Select(extent => extent.Value)]);
        var parts = new List<int>();
        for (int i = 0; i < extents.Length;)
        {
            int from = i;
            while (i < extents.Length && extents[i].IsFixed) i++;
            if (i > from) parts.Add(Graph.Integers([.. extents[from..i].Select(extent => extent.Value)]));
            else parts.Add(Open(node, extents[i++], near));
        }

        return parts.Count == 1 ? parts[0] : Emit(node, "Concat", [.. parts], ("axis", 0L));
    }

    /// <summary>One extent that depends on the size of the input, as a list of one.</summary>
    private int Open(int node, Extent extent, Value near)
    {
        foreach (Value value in new[] { near, Input })
        {
            int axis = Array.IndexOf(value.Extents, extent);
            if (axis >= 0) return ExtentOf(node, value, axis);
        }

        foreach (Value value in new[] { near, Input })
        {
            for (int axis = 0; axis < value.Extents.Length; axis++)
            {
                if (value.Extents[axis].IsFixed || extent.Over(value.Extents[axis]) is not var (numerator, denominator)) continue;
                int result = ExtentOf(node, value, axis);
                if (numerator != 1) result = Emit(node, "Mul", [result, Graph.Integers(numerator)]);
                return denominator == 1 ? result : Emit(node, "Div", [result, Graph.Integers(denominator)]);
            }
        }

        throw new Refusal($"{_trace.Nodes[node].Title} needs an extent that is no multiple of any of the input's");
    }

    private int ExtentOf(int node, Value value, int axis) => Emit(node, "Shape", [value.Id], ("start", (long)axis), ("end", axis + 1L));
}
