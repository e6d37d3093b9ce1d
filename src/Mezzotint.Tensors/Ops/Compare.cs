namespace Mezzotint.Tensors.Ops;

/// <summary>A comparison of every pair of elements: 1 where it holds, else 0. Its derivative is zero.</summary>
internal sealed record Compare(Comparison Comparison) : Elementwise
{
    public override string Name => Comparison.ToString().ToLowerInvariant();

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
    }
}
