namespace Mezzotint.Tensors.Ops;

/// <summary>One number, of rank 0 (a fill, once it is broadcast).</summary>
internal sealed record Constant(float Value) : LeafOp
{
    public override string Name => "constant";
}
