namespace Mezzotint.Data.Pairs;

/// <summary>The loss of colour: each pixel's luma (BT.601) in all three channels.</summary>
public sealed class GreyCorruption : Corruption
{
    /// <inheritdoc/>
    public override int Channels => 3;

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> target, int width, int height, ulong seed, ulong sample, Span<float> condition)
    {
        for (int i = 0; i < target.Length; i += 3)
            condition[i] = condition[i + 1] = condition[i + 2] = 0.299f * target[i] + 0.587f * target[i + 1] + 0.114f * target[i + 2];
    }
}
