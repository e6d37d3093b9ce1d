using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <content>Operations that only move elements, and reductions.</content>
internal sealed partial class Translation
{
    /// <summary>The end of a slice that goes to the end of its axis, or beyond its beginning when it goes backwards.</summary>
    private const long End = int.MaxValue, BeforeStart = -int.MaxValue;

    private Value Repeated(int node)
    {
        int input = _trace.Nodes[node].Inputs[0];
        int added = _trace.Nodes[node].Shape.Length - _trace.Nodes[input].Shape.Length;
        Value value = ValueOf(input);
        return value with { Axes = [.. value.Axes.Select(axis => axis + added)] };
    }

    private Value Permuted(int node, IntList order)
    {
        RequireSame<Permute>(_trace.Nodes[node], op => op.Order);
        Value value = ValueOf(_trace.Nodes[node].Inputs[0]);
        return value with { Axes = [.. value.Axes.Select(axis => order.Span.IndexOf(axis))] };
    }

    private Value Reshaped(int node)
    {
        if (Shuffled(node) is { } shuffled) return shuffled;
        TraceNode n = _trace.Nodes[node];
        int input = n.Inputs[0];
        List<(int[] From, int[] To)> runs = Runs(_trace.Nodes[input].Shape, n.Shape);
        Value value = ValueOf(input);
        if (Renamed(value, runs, _trace.Nodes[input].Shape, n.Shape) is { } renamed) return renamed;

        // Runs of axes that go over into one another lie together in the order the tensor has, if it has one.
        int[] byPlace = [.. value.Axes.Select(axis => runs.FindIndex(run => run.From.Contains(axis))).Distinct()];
        bool together = byPlace.SelectMany(run => runs[run].From).Where(value.Axes.Contains).SequenceEqual(value.Axes);
        int[] outOrder = DefaultOrder(n.Shape.Length);
        if (!together) byPlace = [.. outOrder.Select(axis => runs.FindIndex(run => run.To.Contains(axis))).Distinct()];
        byPlace = [.. byPlace, .. Enumerable.Range(0, runs.Count).Except(byPlace)];
        Value from = Whole(input, [.. byPlace.SelectMany(run => runs[run].From)]);
        int[] axes = [.. byPlace.SelectMany(run => runs[run].To)];
        Extent[] extents = [.. axes.Select(axis => n.Shape[axis])];
        return new Value(Emit(node, "Reshape", [from.Id, Target(node, from, extents)]), axes, extents);
    }

    /// <summary>
    /// A reshape that only puts in or takes out axes of extent 1 gives axes other numbers, as long as none that is there has to go.
    /// </summary>
    private static Value? Renamed(Value value, List<(int[] From, int[] To)> runs, Extent[] from, Extent[] to)
    {
        var axes = new int[value.Axes.Length];
        foreach ((int[] before, int[] after) in runs)
        {
            if (before.Count(axis => !from[axis].IsOne) > 1 || after.Count(axis => !to[axis].IsOne) > 1) return null;
            var ones = new Queue<int>(after.Where(axis => to[axis].IsOne));
            foreach (int axis in before)
            {
                int place = Array.IndexOf(value.Axes, axis);
                if (place < 0) continue;
                if (from[axis].IsOne && ones.Count == 0) return null;
                axes[place] = from[axis].IsOne ? ones.Dequeue() : after.Single(other => !to[other].IsOne);
            }
        }

        return value with { Axes = axes };
    }

    /// <summary>What a Reshape is told: numbers where it can find the open extents itself, else extents of other tensors.</summary>
    private int Target(int node, Value from, Extent[] extents)
    {
        const long Same = 0, Rest = -1;
        var target = new long[extents.Length];
        for (int i = 0; i < target.Length; i++)
            target[i] = extents[i].IsFixed ? extents[i].Value : i < from.Extents.Length && from.Extents[i] == extents[i] ? Same : Rest;
        return target.Count(extent => extent == Rest) <= 1 ? Graph.Integers(target) : Extents(node, extents, from);
    }

    /// <summary>The smallest runs of neighbouring axes that hold as many elements before as after, at every size.</summary>
    private List<(int[] From, int[] To)> Runs(Extent[] from, Extent[] to)
    {
        var runs = new List<(int[], int[])>();
        for (int i = 0, o = 0; i < from.Length || o < to.Length;)
        {
            int firstIn = i, firstOut = o;
            Extent sizeIn = i < from.Length ? from[i++] : _one, sizeOut = o < to.Length ? to[o++] : _one;
            while (sizeIn != sizeOut)
            {
                bool more = sizeIn <= sizeOut, both = !more && !(sizeOut <= sizeIn);
                if ((more || both) && i < from.Length) sizeIn *= from[i++];
                if ((!more || both) && o < to.Length) sizeOut *= to[o++];
            }

            runs.Add(([.. Enumerable.Range(firstIn, i - firstIn)], [.. Enumerable.Range(firstOut, o - firstOut)]));
        }

        return runs;
    }

    /// <summary>Channels to pixels: the three steps of a pixel shuffle are one operator.</summary>
    private Value? Shuffled(int node)
    {
        TraceNode joined = _trace.Nodes[node];
        TraceNode moved = _trace.Nodes[joined.Inputs[0]];
        if (joined.Shape.Length != 4 || moved.Op is not Permute permute || !permute.Order.SequenceEqual([0, 1, 3, 2, 4, 5])) return null;
        TraceNode split = _trace.Nodes[moved.Inputs[0]];
        if (split.Op is not Reshape) return null;
        int image = split.Inputs[0];
        Extent[] from = _trace.Nodes[image].Shape, parts = split.Shape, to = joined.Shape;
        Extent factor = parts[3];
        bool shuffles = from.Length == 4 && factor.IsFixed && parts[4] == factor
            && Enumerable.Range(0, 3).All(axis => parts[axis] == from[axis])
            && to[0] == from[0] && to[1] == from[1] * factor && to[2] == from[2] * factor && to[3] == parts[5];
        if (!shuffles) return null;
        int[] inputs = [Whole(image, ImageOrder).Id];
        int id = Emit(node, "DepthToSpace", inputs, ("blocksize", factor.Value), ("mode", "DCR"));
        return new Value(id, ImageOrder, [.. ImageOrder.Select(axis => to[axis])]);
    }

    private Value Padded(int node)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.Ops.Any(op => ((Pad)op).Between.Any(between => between != 0)))
            throw new Refusal($"{n.Title} puts zeros between elements, which has no translation");
        RequireSame<Pad>(n, op => (op.Before, op.After));
        var pad = (Pad)n.Op;
        Value value = Whole(n.Inputs[0]);
        long[] margins = [.. value.Axes.Select(axis => (long)pad.Before[axis]), .. value.Axes.Select(axis => (long)pad.After[axis])];
        return Moved(node, value, Emit(node, "Pad", [value.Id, Graph.Integers(margins)], ("mode", "constant")));
    }

    private Value Sliced(int node)
    {
        TraceNode n = _trace.Nodes[node];
        RequireSame<Slice>(n, op => op.Step);
        var steps = ((Slice)n.Op).Step;
        Extent[] whole = _trace.Nodes[n.Inputs[0]].Shape;
        Value value = Whole(n.Inputs[0]);
        var cuts = new List<(long Start, long End, long Axis, long Step)>();
        for (int place = 0; place < value.Axes.Length; place++)
        {
            int axis = value.Axes[place], step = steps[axis];
            Extent start = Each<Slice>(n, op => op.Start[axis]), count = Each<Slice>(n, op => op.Count[axis]);
            if (start.Is(0) && count == whole[axis] && step == 1) continue;
            Extent end = start + (count.Map(elements => (elements - 1) * step + 1));
            Extent left = whole[axis] - end;
            long stop = end.IsFixed ? end.Value
                : left.IsFixed ? left.Value == 0 ? End : -left.Value
                : left.Map(elements => elements / step).Is(0) ? End
                : throw CutDepends(n);
            cuts.Add((start.IsFixed ? start.Value : FromEnd(n, start, whole[axis]), stop, place, step));
        }

        int[] inputs =
        [
            value.Id, Graph.Integers([.. cuts.Select(cut => cut.Start)]), Graph.Integers([.. cuts.Select(cut => cut.End)]),
            Graph.Integers([.. cuts.Select(cut => cut.Axis)]), Graph.Integers([.. cuts.Select(cut => cut.Step)]),
        ];
        return Moved(node, value, Emit(node, "Slice", inputs));
    }

    private static long FromEnd(TraceNode node, Extent start, Extent whole)
    {
        Extent back = start - whole;
        return back.IsFixed ? back.Value : throw CutDepends(node);
    }

    private static Refusal CutDepends(TraceNode node) =>
        new($"{node.Title} cuts at a place that depends on the input's size, and is fixed neither from the beginning nor from the end");

    private Value Joined(int node, int axis)
    {
        TraceNode n = _trace.Nodes[node];
        if (Reflected(node, axis) is { } reflected) return reflected;
        int rank = n.Shape.Length;
        int[]? first = n.Inputs.Select(ValueOf).FirstOrDefault(value => value.Constant is null && value.Axes.Length == rank)?.Axes;
        int[] order = first ?? DefaultOrder(rank);
        Value[] parts = [.. n.Inputs.Select(input => Whole(input, order))];
        return Moved(node, parts[0], Emit(node, "Concat", [.. parts.Select(part => part.Id)], ("axis", (long)Array.IndexOf(order, axis))));
    }

    /// <summary>An image between the mirror images of its two ends is padded by reflection.</summary>
    private Value? Reflected(int node, int axis)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.Inputs.Length != 3) return null;
        int image = n.Inputs[1];
        Extent whole = _trace.Nodes[image].Shape[axis];
        if (MirroredPart(n.Inputs[0], image, axis) is not { } before || !before.Start.Is(1)) return null;
        if (MirroredPart(n.Inputs[2], image, axis) is not { } after || after.Start + after.Count + _one != whole) return null;
        if (!before.Count.IsFixed || !after.Count.IsFixed) return null;
        Value value = Whole(image);
        var margins = new long[2 * value.Axes.Length];
        int place = Array.IndexOf(value.Axes, axis);
        margins[place] = before.Count.Value;
        margins[value.Axes.Length + place] = after.Count.Value;
        return Moved(node, value, Emit(node, "Pad", [value.Id, Graph.Integers(margins)], ("mode", "reflect")));
    }

    /// <summary>Which part of an image a node is the mirror image of, along one axis.</summary>
    private (Extent Start, Extent Count)? MirroredPart(int node, int image, int axis)
    {
        TraceNode flipped = _trace.Nodes[node];
        if (flipped.Op is not Flip flip || !flip.Axes.SequenceEqual([axis])) return null;
        TraceNode part = _trace.Nodes[flipped.Inputs[0]];
        if (part.Op is not Slice slice || part.Inputs[0] != image || slice.Step.Any(step => step != 1)) return null;
        Extent[] whole = _trace.Nodes[image].Shape;
        bool others = Enumerable.Range(0, whole.Length).All(other => other == axis || part.Shape[other] == whole[other]);
        return others ? (Each<Slice>(part, op => op.Start[axis]), Each<Slice>(part, op => op.Count[axis])) : null;
    }

    private Value Flipped(int node, IntList axes)
    {
        Value value = Whole(_trace.Nodes[node].Inputs[0]);
        long[] places = [.. axes.Select(axis => (long)Array.IndexOf(value.Axes, axis))];
        long[] ForEach(long number) => [.. places.Select(_ => number)];
        int last = Graph.Integers(ForEach(-1)), backwards = last;
        int[] inputs = [value.Id, last, Graph.Integers(ForEach(BeforeStart)), Graph.Integers(places), backwards];
        return Moved(node, value, Emit(node, "Slice", inputs));
    }

    private Value Reduced(int node, string type, IntList axes)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.Op is Reduction) RequireSame<Reduction>(n, op => op.Axes);
        else RequireSame<Moment>(n, op => op.Axes);
        Value value = Whole(n.Inputs[0]);
        long[] places = Places(value, axes);

        // In this opset a sum takes its axes as an input, and the others as an attribute.
        int id = type == "ReduceSum"
            ? Emit(node, type, [value.Id, Graph.Integers(places)], ("keepdims", 1L))
            : Emit(node, type, [value.Id], ("axes", places), ("keepdims", 1L));
        return Moved(node, value, id);
    }

    /// <summary>A variance: the mean square of what is left without the mean.</summary>
    private Value VarianceOf(int node, IntList axes)
    {
        RequireSame<Moment>(_trace.Nodes[node], op => op.Axes);
        Value value = Whole(_trace.Nodes[node].Inputs[0]);
        long[] places = Places(value, axes);
        int centred = Emit(node, "Sub", [value.Id, MeanOf(value.Id)]);
        return Moved(node, value, MeanOf(Emit(node, "Mul", [centred, centred])));

        int MeanOf(int id) => Emit(node, "ReduceMean", [id], ("axes", places), ("keepdims", 1L));
    }

    /// <summary>Where a value has axes, in order.</summary>
    private static long[] Places(Value value, IntList axes) => [.. axes.Select(axis => (long)Array.IndexOf(value.Axes, axis)).Order()];

    /// <summary>A node's tensor whose axes lie as an input's do.</summary>
    private Value Moved(int node, Value like, int id) => new(id, like.Axes, [.. like.Axes.Select(axis => _trace.Nodes[node].Shape[axis])]);
}
