using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// A way to read another node's memory: where its first element lies, and how far a step along each axis goes, in elements.
/// </summary>
/// <param name="Source">The node whose memory is read.</param>
/// <param name="Shape">The shape that is seen.</param>
/// <param name="Offset">Where the first element lies in the source's memory.</param>
/// <param name="Strides">How far a step along each axis goes.</param>
internal sealed record View(int Source, Shape Shape, long Offset, long[] Strides)
{
    /// <summary>The whole of a dense node.</summary>
    public static View Whole(int node, Shape shape) => new(node, shape, 0, shape.DenseStrides());

    /// <summary>Whether the elements lie one after the other in row-major order.</summary>
    public bool IsDense
    {
        get
        {
            long stride = 1;
            for (int axis = Shape.Rank - 1; axis >= 0; axis--)
            {
                if (Shape[axis] == 1) continue;
                if (Strides[axis] != stride) return false;
                stride *= Shape[axis];
            }

            return true;
        }
    }

    /// <summary>This view seen through one more operation, or null if that is no view of the same memory.</summary>
    public View? Through(Op op, Shape shape) => op switch
    {
        Reshape => Reshaped(shape),
        Broadcast => Broadcasted(shape),
        Permute permute => this with { Shape = shape, Strides = [.. permute.Order.Select(axis => Strides[axis])] },
        Slice slice => Sliced(slice, shape),
        Flip flip => Flipped(flip),
        _ => null,
    };

    /// <summary>
    /// This as the place of a node's elements: how a view of them in row-major order finds them here. Null where it goes from one of this
    /// view's axes to another in steps that are not even.
    /// </summary>
    public View? Seen(View view)
    {
        // Axes that run on are one; of each, how far a step is in row-major order, and the coordinates that the view begins at and stays
        // within.
        var axes = new List<(long Extent, long Stride)>();
        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (Shape[axis] == 1) continue;
            if (axes.Count > 0 && axes[^1].Stride == Shape[axis] * Strides[axis]) axes[^1] = (axes[^1].Extent * Shape[axis], Strides[axis]);
            else axes.Add((Shape[axis], Strides[axis]));
        }

        var steps = new long[axes.Count];
        long step = 1;
        for (int axis = axes.Count - 1; axis >= 0; axis--, step *= axes[axis + 1].Extent) steps[axis] = step;
        var (low, high) = (new long[axes.Count], new long[axes.Count]);
        long offset = Offset, rest = view.Offset;
        for (int axis = 0; axis < axes.Count; axis++)
        {
            low[axis] = high[axis] = rest / steps[axis];
            rest -= low[axis] * steps[axis];
            offset += low[axis] * axes[axis].Stride;
        }

        var strides = new long[view.Shape.Rank];
        for (int i = 0; i < strides.Length; i++)
        {
            if (view.Shape[i] == 1 || view.Strides[i] == 0) continue;
            int axis = Array.FindIndex(steps, s => s <= Math.Abs(view.Strides[i]));
            if (view.Strides[i] % steps[axis] != 0) return null;
            long moved = view.Strides[i] / steps[axis];
            strides[i] = moved * axes[axis].Stride;
            if (moved > 0) high[axis] += (view.Shape[i] - 1) * moved;
            else low[axis] += (view.Shape[i] - 1) * moved;
        }

        for (int axis = 0; axis < axes.Count; axis++)
            if (low[axis] < 0 || high[axis] >= axes[axis].Extent) return null;
        return new View(Source, view.Shape, offset, strides);
    }

    private View Broadcasted(Shape shape)
    {
        var strides = new long[shape.Rank];
        int added = shape.Rank - Shape.Rank;
        for (int axis = added; axis < shape.Rank; axis++) strides[axis] = Shape[axis - added] == 1 ? 0 : Strides[axis - added];
        return this with { Shape = shape, Strides = strides };
    }

    private View Sliced(Slice slice, Shape shape)
    {
        long offset = Offset;
        var strides = new long[shape.Rank];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            offset += slice.Start[axis] * Strides[axis];
            strides[axis] = slice.Step[axis] * Strides[axis];
        }

        return this with { Shape = shape, Offset = offset, Strides = strides };
    }

    private View Flipped(Flip flip)
    {
        long offset = Offset;
        long[] strides = [.. Strides];
        foreach (int axis in flip.Axes)
        {
            offset += (Shape[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }

        return this with { Offset = offset, Strides = strides };
    }

    /// <summary>Splits and merges axes where their strides allow it.</summary>
    private View? Reshaped(Shape shape)
    {
        var strides = new long[shape.Rank];
        int from = Shape.Rank - 1;
        int to = shape.Rank - 1;
        while (from >= 0 || to >= 0)
        {
            // The innermost runs of axes on both sides that hold equally many elements.
            long fromCount = from >= 0 ? Shape[from] : 1, toCount = to >= 0 ? shape[to] : 1;
            int fromStart = from, toStart = to;
            while (fromCount != toCount)
            {
                if (fromCount < toCount) fromCount *= Shape[--fromStart];
                else toCount *= shape[--toStart];
            }

            // The elements of the old run must be evenly spaced (a repeated run, of spacing 0, is).
            long? expected = null;
            long spacing = 0;
            for (int axis = from; axis >= Math.Max(fromStart, 0); axis--)
            {
                if (Shape[axis] == 1) continue;
                if (expected is null) spacing = Strides[axis];
                else if (Strides[axis] != expected) return null;
                expected = Strides[axis] * Shape[axis];
            }

            long stride = spacing;
            for (int axis = to; axis >= Math.Max(toStart, 0); axis--)
            {
                strides[axis] = stride;
                stride *= shape[axis];
            }

            from = fromStart - 1;
            to = toStart - 1;
        }

        return this with { Shape = shape, Strides = strides };
    }
}
