namespace Mezzotint.Weights.Onnx;

/// <content>Constants that grow with the input.</content>
internal sealed partial class Translation
{
    /// <summary>
    /// Numbers along one axis whose extent follows the input's: a few at the beginning, one repeated, a few at the end (the shares of a
    /// mean
    /// whose windows reach over the edges).
    /// </summary>
    private Value Profile(int node)
    {
        TraceNode n = _trace.Nodes[node];
        var refusal = new Refusal($"{n.Title} is a constant that depends on the size of the input");
        float[][] numbers = [.. n.Ops.Select(op => op is Tensors.Ops.Data data ? data.Floats.ToArray() : [])];
        int[] open = [.. Enumerable.Range(0, n.Shape.Length).Where(axis => !n.Shape[axis].IsOne)];
        if (open.Length != 1 || numbers.Any(all => all.Length == 0)) throw refusal;

        float middle = numbers[0][numbers[0].Length / 2];
        int first = numbers[0].AsSpan().IndexOf(middle), last = numbers[0].Length - 1 - numbers[0].AsSpan().LastIndexOf(middle);
        foreach (float[] all in numbers)
        {
            bool same = all.Length > first + last && all.AsSpan(0, first).SequenceEqual(numbers[0].AsSpan(0, first))
                && all.AsSpan(all.Length - last).SequenceEqual(numbers[0].AsSpan(numbers[0].Length - last))
                && !all.AsSpan()[first..^last].ContainsAnyExcept(middle);
            if (!same) throw refusal;
        }

        Extent extent = n.Shape[open[0]];
        int count = Emit(node, "Sub", [Open(node, extent, Input), Graph.Integers(first + last)]);
        int repeated = Emit(node, "Expand", [Graph.Floats("repeated", [1], [middle]), count]);
        int[] parts = [Graph.Floats("first", [first], numbers[0][..first]), repeated, Graph.Floats("last", [last], numbers[0][^last..])];
        return new Value(Emit(node, "Concat", parts, ("axis", 0L)), open, [extent]);
    }
}
