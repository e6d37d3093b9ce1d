namespace Mezzotint.Tensors.Ops;

/// <summary>Rows of a table [R, ...] by integer indices of any shape; the indices' axes come first.</summary>
internal sealed record Gather : Op
{
    public override string Name => "gather";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Require(inputs[0].Shape.Rank >= 1 && inputs[1].Type == ElementType.Int32, this, inputs, "it takes a table of rank 1 or more, and integer indices.");
        return Shape.Create([.. inputs[1].Shape, .. inputs[0].Shape.Skip(1)]);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        if (adjoints.Wants(output.Inputs[0]))
            adjoints.Add(output.Inputs[0], Tensor.Apply(new SegmentSum(output.Inputs[0].Shape[0]), adjoint, output.Inputs[1]));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => Box.Whole(inputs[input]);
}

/// <summary>Sums the rows of the first input that have the same integer in the second: the transpose of <see cref="Gather"/>.</summary>
internal sealed record SegmentSum(int Rows) : Op
{
    public override string Name => "segment-sum";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape values = inputs[0].Shape, indices = inputs[1].Shape;
        Require(Rows >= 1, this, inputs, $"{Rows} is not a number of rows.");
        Require(inputs[1].Type == ElementType.Int32 && inputs[0].Type == ElementType.Float32, this, inputs, "it sums floats by integer indices.");
        Require(values.Rank >= indices.Rank && values.Span[..indices.Rank].SequenceEqual(indices.Span), this, inputs, "the values' first axes must be those of the indices.");
        return Shape.Create([Rows, .. values.Skip(indices.Rank)]);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints) =>
        adjoints.Add(output.Inputs[0], Tensor.Apply(new Gather(), adjoint, output.Inputs[1]));

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => inputs[0].Count;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => Box.Whole(inputs[input]);
}
