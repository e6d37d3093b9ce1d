namespace Mezzotint.Tensors.Ops;

/// <summary>The sum over some axes, which stay with extent 1.</summary>
internal sealed record Sum(IntList Axes) : Reduction(Axes)
{
    public override string Name => "sum";

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints) =>
        adjoints.Add(output.Inputs[0], adjoint.BroadcastTo(output.Inputs[0].Shape));
}

/// <summary>The maximum over some axes, which stay with extent 1; a NaN wins. Elements that tie share the gradient.</summary>
internal sealed record Maximum(IntList Axes) : Reduction(Axes)
{
    public override string Name => "maximum";

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor x = output.Inputs[0];
        if (!adjoints.Wants(x)) return;
        Tensor isMaximum = Tensor.Equal(x, output.BroadcastTo(x.Shape));
        Tensor share = (adjoint / isMaximum.Sum([.. Axes])).BroadcastTo(x.Shape);
        adjoints.Add(x, isMaximum * share);
    }
}

/// <summary>A reduction over some axes, which stay with extent 1.</summary>
internal abstract record Reduction(IntList Axes) : Op
{
    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Shape shape = inputs[0].Shape;
        foreach (int axis in Axes)
        {
            Require(axis >= 0 && axis < shape.Rank, this, inputs, $"there is no axis {axis}.");
            shape = shape.With(axis, 1);
        }

        return shape;
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => inputs[0].Count;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Box box = output;
        foreach (int axis in Axes) box = box.With(axis, 0, inputs[0][axis], inputs[0][axis]);
        return box;
    }
}
