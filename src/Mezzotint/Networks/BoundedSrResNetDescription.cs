using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="BoundedSrResNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
public sealed record BoundedSrResNetDescription(int Scale, int Channels, int Blocks) : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override int LargestScale => 8;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new BoundedSrResNet(Scale, new Initialization(seed), Channels, Blocks);
}
