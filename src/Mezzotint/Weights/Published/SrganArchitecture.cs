using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>SRGAN's generator by the names of a widely used PyTorch version (<c>block1.0.weight</c>).</summary>
internal sealed class SrganArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "SRGAN's generator";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new BoundedSrResNetDescription(4, 4, 5);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("block1.0.weight") is not [var channels, 3, 9, 9]) return null;
        int blocks = CountOf(state, i => $"block{i}.conv1.weight", first: 2);
        int doublings = CountOf(state, i => $"block{blocks + 3}.{i}.conv.weight");
        return blocks > 0 && doublings is >= 1 and <= 3 ? new BoundedSrResNetDescription(1 << doublings, channels, blocks) : null;
    }

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable)
    {
        string tail = $"block{((BoundedSrResNetDescription)network).Blocks + 3}.";
        return variable.StartsWith(tail, StringComparison.Ordinal) && variable.Contains(".conv.", StringComparison.Ordinal) ? 2 : 1;
    }
}
