namespace Mezzotint.Tensors.Ops;

/// <summary>The axes in another order: axis i of the result is axis <c>Order[i]</c> of the input.</summary>
internal sealed record Permute(IntList Order) : Op
{
    public override string Name => "permute";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape shape = inputs[0].Shape;
        Require(Order.Count == shape.Rank && Order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)), this, inputs,
            $"{Order} is not an order of {shape.Rank} axes.");
        return Shape.Create([.. Order.Select(axis => shape[axis])]);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        var inverse = new int[Order.Count];
        for (int i = 0; i < inverse.Length; i++) inverse[Order[i]] = i;
        adjoints.Add(output.Inputs[0], adjoint.Permute(inverse));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        var start = new int[Order.Count];
        var stop = new int[Order.Count];
        for (int i = 0; i < Order.Count; i++)
        {
            start[Order[i]] = output.Start[i];
            stop[Order[i]] = output.Stop[i];
        }

        return new Box(IntList.Create(start), IntList.Create(stop));
    }
}
