namespace Mezzotint.Tensors.Ops;

/// <summary>A value that comes from outside the graph. A plan's key holds a leaf's place, shape and type, never its value.</summary>
internal abstract record LeafOp : Op
{
    public override Shape Infer(ReadOnlySpan<Tensor> inputs) => throw new InvalidOperationException("A leaf is made with its shape.");

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;
}
