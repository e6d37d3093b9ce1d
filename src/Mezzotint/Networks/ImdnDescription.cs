using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="Imdn"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its blocks.</param>
/// <param name="Reduces">Whether it reduces first, to be of scale 1.</param>
public sealed record ImdnDescription(int Scale, int Channels, int Blocks, bool Reduces = false) : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override int SmallestScale => 1;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new Imdn(Scale, new Initialization(seed), Channels, Blocks, Reduces);
}
