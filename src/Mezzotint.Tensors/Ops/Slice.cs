namespace Mezzotint.Tensors.Ops;

/// <summary>On each axis, <c>Count[i]</c> elements from <c>Start[i]</c> on, every <c>Step[i]</c>-th.</summary>
internal sealed record Slice(IntList Start, IntList Count, IntList Step) : Op
{
    public override string Name => "slice";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape shape = inputs[0].Shape;
        bool fits = Start.Count == shape.Rank && Count.Count == shape.Rank && Step.Count == shape.Rank;
        for (int axis = 0; fits && axis < shape.Rank; axis++)
            fits = Start[axis] >= 0 && Count[axis] >= 1 && Step[axis] >= 1 && Start[axis] + (Count[axis] - 1L) * Step[axis] < shape[axis];
        Require(fits, this, inputs, $"{Count} elements from {Start} in steps of {Step} are not all inside.");
        return Shape.Create(Count.Span);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Shape shape = output.Inputs[0].Shape;
        var after = new int[shape.Rank];
        for (int axis = 0; axis < after.Length; axis++) after[axis] = shape[axis] - 1 - (Start[axis] + (Count[axis] - 1) * Step[axis]);
        IntList between = IntList.Create([.. Step.Select(step => step - 1)]);
        adjoints.Add(output.Inputs[0], Tensor.Apply(new Pad(Start, IntList.Create(after), between), adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Box box = output;
        for (int axis = 0; axis < output.Rank; axis++)
            box = box.With(axis, Start[axis] + output.Start[axis] * Step[axis], Start[axis] + (output.Stop[axis] - 1) * Step[axis] + 1, inputs[0][axis]);
        return box;
    }
}
