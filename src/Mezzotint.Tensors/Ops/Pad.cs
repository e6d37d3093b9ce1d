namespace Mezzotint.Tensors.Ops;

/// <summary>Puts zeros before, after and between the elements of each axis (<c>Between[i]</c> of them between neighbours).</summary>
internal sealed record Pad(IntList Before, IntList After, IntList Between) : Op
{
    public override string Name => "pad";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape shape = inputs[0].Shape;
        Require(Before.Count == shape.Rank && After.Count == shape.Rank && Between.Count == shape.Rank, this, inputs,
            $"its margins {Before}, {After} and {Between} are not one for each of {shape.Rank} axes.");
        Require(!Before.Concat(After).Concat(Between).Any(margin => margin < 0), this, inputs,
            $"its margins {Before}, {After} and {Between} are not all at least 0.");
        var extents = new int[shape.Rank];
        for (int axis = 0; axis < extents.Length; axis++)
            extents[axis] = checked(Before[axis] + (shape[axis] - 1) * (Between[axis] + 1) + 1 + After[axis]);
        return Shape.Create(extents);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Shape shape = output.Inputs[0].Shape;
        IntList step = IntList.Create([.. Between.Select(between => between + 1)]);
        adjoints.Add(output.Inputs[0], Tensor.Apply(new Slice(Before, IntList.Create(shape.Span), step), adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Box box = output;
        for (int axis = 0; axis < output.Rank; axis++)
        {
            int step = Between[axis] + 1;
            int start = (int)Math.Ceiling((output.Start[axis] - Before[axis]) / (double)step);
            int stop = (int)Math.Floor((output.Stop[axis] - 1 - Before[axis]) / (double)step) + 1;
            box = box.With(axis, start, stop, inputs[0][axis]);
        }

        return box;
    }
}
