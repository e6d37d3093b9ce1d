using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <content>Reductions, and operations that only move elements.</content>
public sealed partial class Tensor
{
    private const int MostFactors = 6;

    /// <summary>The sum over all elements, of rank 0.</summary>
    public Tensor Sum() => Sum([.. Enumerable.Range(0, Shape.Rank)]).Reshape([]);

    /// <summary>
    /// The sum over some axes (negative ones count from the end), which stay with extent 1. What multiplies the terms and is the same all
    /// along the axes is taken out of it.
    /// </summary>
    public Tensor Sum(params int[] axes) => Sum([.. axes.Select(Axis)], MostFactors);

    /// <summary>The mean over all elements, of rank 0.</summary>
    public Tensor Mean() => Sum() * (1f / Shape.Count);

    /// <summary>The mean over some axes (negative ones count from the end), which stay with extent 1.</summary>
    public Tensor Mean(params int[] axes)
    {
        Tensor sum = Sum(axes);
        return sum * ((float)sum.Shape.Count / Shape.Count);
    }

    /// <summary>
    /// The mean and the biased variance of each channel over a run of axes that ends before the last (negative ones count from the end),
    /// which stay with extent 1: of images N,H,W,C over 1 and 2, or over 0, 1 and 2. Taken together, in one pass over the elements or
    /// while they are made, without loss of a small variance beside a large mean.
    /// </summary>
    /// <exception cref="ShapeException">The axes are no such run.</exception>
    public (Tensor Mean, Tensor Variance) Moments(params int[] axes)
    {
        IntList list = [.. axes.Select(Axis).Distinct().Order()];
        return (Apply(new Mean(list), this), Apply(new Variance(list), this));
    }

    /// <summary>The largest element over some axes (negative ones count from the end), which stay with extent 1.</summary>
    public Tensor MaxOver(params int[] axes) => Reduce(axes, list => new Maximum(list));

    /// <summary>Repeats the tensor to a shape: along axes of extent 1, and along new outer axes.</summary>
    public Tensor BroadcastTo(Shape shape) => shape == Shape ? this : Apply(new Broadcast(shape), this);

    /// <summary>The same elements in row-major order, in another shape.</summary>
    public Tensor Reshape(Shape shape) => shape == Shape ? this : Apply(new Reshape(shape), this);

    /// <summary>The axes in another order: axis i of the result is axis <c>order[i]</c> of this.</summary>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        bool moves = false;
        for (int axis = 0; axis < order.Length; axis++) moves |= order[axis] != axis;
        return moves || order.Length != Shape.Rank ? Apply(new Permute(IntList.Create(order)), this) : this;
    }

    /// <summary>The last two axes exchanged.</summary>
    public Tensor Transpose()
    {
        if (Shape.Rank < 2) throw ShapeException.In($"transpose of {Shape}", "it takes a matrix, or several.");
        int[] order = [.. Enumerable.Range(0, Shape.Rank)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Permute(order);
    }

    /// <summary>Zeros before and after the elements of each axis.</summary>
    public Tensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        bool grows = before.ContainsAnyExcept(0) || after.ContainsAnyExcept(0);
        return grows ? Apply(new Pad(IntList.Create(before), IntList.Create(after), IntList.Create(new int[before.Length])), this) : this;
    }

    /// <summary>The rows and columns of an image N,H,W,C mirrored outwards, the edge itself not repeated.</summary>
    /// <param name="margin">How many, in pixels; less than the image's height and width.</param>
    public Tensor ReflectPad(int margin) => ReflectPad(1, margin).ReflectPad(2, margin);

    /// <summary>
    /// <paramref name="count"/> elements of one axis (negative: from the end) from <paramref name="start"/> on, every <paramref
    /// name="step"/>-th.
    /// </summary>
    public Tensor Slice(int axis, int start, int count, int step = 1)
    {
        axis = Axis(axis);
        if (start == 0 && count == Shape[axis] && step == 1) return this;
        var starts = new int[Shape.Rank];
        int[] counts = Shape.ToArray();
        var steps = new int[Shape.Rank];
        Array.Fill(steps, 1);
        (starts[axis], counts[axis], steps[axis]) = (start, count, step);
        return Apply(new Slice(IntList.Create(starts), IntList.Create(counts), IntList.Create(steps)), this);
    }

    /// <summary>Tensors one after the other along an axis (negative: from the end).</summary>
    public static Tensor Concat(int axis, params Tensor[] parts) => parts.Length switch
    {
        0 => throw ShapeException.In("concat of nothing", "it takes at least one tensor."),
        1 => parts[0],
        _ => Apply(new Concat(parts[0].Axis(axis)), [.. parts]),
    };

    /// <summary>The elements of some axes in reverse order.</summary>
    public Tensor Flip(params int[] axes) => axes.Length == 0 ? this : Apply(new Flip([.. axes.Select(Axis).Distinct().Order()]), this);

    /// <summary>Rows of this table [R, ...] by integer indices of any shape; the indices' axes come first.</summary>
    public Tensor Gather(Tensor indices) => Apply(new Gather(), this, indices);

    /// <summary>
    /// Sums rows that have the same index into a table of <paramref name="rows"/> rows. The values' first axes are those of the indices.
    /// </summary>
    public Tensor SegmentSum(Tensor indices, int rows) => Apply(new SegmentSum(rows), this, indices);

    private Tensor ReflectPad(int axis, int margin)
    {
        if (Shape.Rank != 4) throw ShapeException.In($"reflection of {Shape}", "it takes an image N,H,W,C.");
        if (margin == 0) return this;
        int extent = Shape[axis];
        if (margin < 0 || margin >= extent)
            throw ShapeException.In($"reflection of {Shape} by {margin}", $"the margin must be from 0 to below the extent of axis {axis}.");
        return Concat(axis, Slice(axis, 1, margin).Flip(axis), this, Slice(axis, extent - 1 - margin, margin).Flip(axis));
    }

    private Tensor Sum(IntList axes, int depth) => Factored(axes, depth) ?? Reduce([.. axes], list => new Sum(list));

    /// <summary>
    /// The sum of products as products of sums: what remains under the sums is what others may sum too (in the gradients of norms it is),
    /// and they need not wait for the factors. Null where a term has no such factor, or none within a few operations.
    /// </summary>
    private Tensor? Factored(IntList axes, int depth)
    {
        if (depth == 0) return null;
        switch (Op)
        {
            case Unary { Function: UnaryFunction.Negate }:
                return Inputs[0].Factored(axes, depth - 1) is { } negated ? -negated : null;
            case Binary { Function: BinaryFunction.Add }:
                return Inputs[0].Factored(axes, depth - 1) is { } augend && Inputs[1].Factored(axes, depth - 1) is { } addend ? augend + addend : null;
            case Binary { Function: BinaryFunction.Multiply }:
                if (Inputs[0].SameAlong(axes) is { } left) return left * Inputs[1].Sum(axes, depth - 1);
                return Inputs[1].SameAlong(axes) is { } right ? Inputs[0].Sum(axes, depth - 1) * right : null;
            default:
                return null;
        }
    }

    /// <summary>This with extent 1 along some axes, if it repeats one value all along each of them; else null.</summary>
    private Tensor? SameAlong(IntList axes)
    {
        if (Op is not Broadcast) return null;
        Tensor source = Inputs[0];
        Shape aligned = [.. Enumerable.Repeat(1, Shape.Rank - source.Shape.Rank), .. source.Shape];
        return axes.All(axis => aligned[axis] == 1) ? source.Reshape(aligned) : null;
    }

    private Tensor Reduce(int[] axes, Func<IntList, Op> op)
    {
        IntList list = [.. axes.Select(Axis).Distinct().Order()];
        return list.All(axis => Shape[axis] == 1) ? this : Apply(op(list), this);
    }

    private int Axis(int axis) =>
        axis >= -Shape.Rank && axis < Shape.Rank
            ? axis < 0 ? axis + Shape.Rank : axis
            : throw ShapeException.In($"axis {axis} of {Shape}", $"there are only {Shape.Rank} axes.");
}
