namespace Mezzotint.Tensors.Ops;

/// <summary>The value that a variable has when the step begins.</summary>
internal sealed record Read(Variable Variable) : LeafOp
{
    public override string Name => "read";
}
