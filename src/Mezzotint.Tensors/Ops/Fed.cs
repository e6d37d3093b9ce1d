namespace Mezzotint.Tensors.Ops;

/// <summary>A placeholder whose numbers are given at each run.</summary>
internal sealed record Fed(Feed Feed) : LeafOp
{
    public override string Name => "feed";
}
