namespace Mezzotint.Tensors.Ops;

/// <summary>The same value, through which no gradient runs.</summary>
internal sealed record StopGradient : Op
{
    public override string Name => "stop-gradient";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;
}
