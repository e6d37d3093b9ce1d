using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="VersionedSrResNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way: 2, 4 or 8.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
/// <param name="Version">Whose it is.</param>
public sealed record VersionedSrResNetDescription(int Scale, int Channels, int Blocks, SrResNetVersion Version)
    : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    public override string Summary => $"{base.Summary}, {Version}'s";

    /// <inheritdoc/>
    protected override int LargestScale => 8;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new VersionedSrResNet(Scale, Version, new Initialization(seed), Channels, Blocks);
}
