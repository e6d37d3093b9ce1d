namespace Mezzotint.Tensors.Ops;

/// <summary>The elements of some axes in reverse order.</summary>
internal sealed record Flip(IntList Axes) : Op
{
    public override string Name => "flip";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        foreach (int axis in Axes) Require(axis >= 0 && axis < inputs[0].Shape.Rank, this, inputs, $"there is no axis {axis}.");
        return inputs[0].Shape;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints) => adjoints.Add(output.Inputs[0], adjoint.Flip([.. Axes]));

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Box box = output;
        foreach (int axis in Axes)
            box = box.With(axis, inputs[0][axis] - output.Stop[axis], inputs[0][axis] - output.Start[axis], inputs[0][axis]);
        return box;
    }
}
