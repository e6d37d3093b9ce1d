namespace Mezzotint.Tensors.Ops;

/// <summary>
/// An operation whose every output element is made of the elements at the same place in its inputs, which all have one shape.
/// </summary>
internal abstract record Elementwise : Op
{
    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        foreach (Tensor input in inputs[1..])
            Require(input.Shape == inputs[0].Shape, this, inputs, "the shapes differ and cannot be broadcast to one another.");
        return inputs[0].Shape;
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => output.Count;
}
