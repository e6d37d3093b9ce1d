namespace Mezzotint.Tensors.Ops;

/// <summary>The distributions that <see cref="RandomStream"/> draws from.</summary>
internal enum Distribution
{
    /// <summary>Uniform in [0, 1), in steps of 2^-24.</summary>
    Uniform,

    /// <summary>Normal, of mean 0 and variance 1.</summary>
    Normal,
}

/// <summary>
/// Numbers that are a pure function of a key (seed low, seed high, step), the site in the step and the element's index: Philox4x32-10. Two
/// sites are never the same operation.
/// </summary>
internal sealed record RandomNumbers(Distribution Distribution, Shape Shape, int Site) : Op
{
    public override string Name => "random";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Require(inputs[0].Type == ElementType.Int32 && inputs[0].Shape.Equals([3]), this, inputs,
            "its key is three integers: the seed's low and high word and the step.");
        return Shape;
    }

    public override ElementType TypeOf(ReadOnlySpan<Tensor> inputs) => ElementType.Float32;

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => output.Count * 20;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => Box.Whole(inputs[0]);
}
