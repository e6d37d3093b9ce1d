using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="Imdn"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its blocks.</param>
public sealed record ImdnDescription(int Scale, int Channels, int Blocks) : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new Imdn(Scale, new Initialization(seed), Channels, Blocks);
}
