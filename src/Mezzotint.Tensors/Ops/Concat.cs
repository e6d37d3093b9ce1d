namespace Mezzotint.Tensors.Ops;

/// <summary>Tensors one after the other along an axis; their other extents agree.</summary>
internal sealed record Concat(int Axis) : Op
{
    public override string Name => "concat";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape first = inputs[0].Shape;
        Require(Axis >= 0 && Axis < first.Rank, this, inputs, $"there is no axis {Axis}.");
        int extent = 0;
        foreach (Tensor input in inputs)
        {
            Require(input.Shape.Rank == first.Rank && input.Shape.With(Axis, 1) == first.With(Axis, 1) && input.Type == inputs[0].Type, this, inputs,
                $"all extents but that of axis {Axis}, and the types, must agree.");
            extent = checked(extent + input.Shape[Axis]);
        }

        return first.With(Axis, extent);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        int start = 0;
        foreach (Tensor input in output.Inputs)
        {
            int extent = input.Shape[Axis];
            if (adjoints.Wants(input)) adjoints.Add(input, adjoint.Slice(Axis, start, extent));
            start += extent;
        }
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        int before = 0;
        for (int i = 0; i < input; i++) before += inputs[i][Axis];
        return output.With(Axis, output.Start[Axis] - before, output.Stop[Axis] - before, inputs[input][Axis]);
    }
}
