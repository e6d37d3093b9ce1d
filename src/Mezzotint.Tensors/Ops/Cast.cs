namespace Mezzotint.Tensors.Ops;

/// <summary>Integers to floats (exact up to 2^24), or floats to integers, towards zero. No gradient runs through a cast.</summary>
internal sealed record Cast(ElementType To) : Op
{
    public override string Name => "cast";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Require(inputs[0].Type != To, this, inputs, $"it is {To} already.");
        return inputs[0].Shape;
    }

    public override ElementType TypeOf(ReadOnlySpan<Tensor> inputs) => To;

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => output.Count;
}
