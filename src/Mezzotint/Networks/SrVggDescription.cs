using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="SrVgg"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its convolutions between the first and the last.</param>
public sealed record SrVggDescription(int Scale, int Channels, int Blocks) : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override int SmallestScale => 1;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new SrVgg(Scale, new Initialization(seed), Channels, Blocks);
}
