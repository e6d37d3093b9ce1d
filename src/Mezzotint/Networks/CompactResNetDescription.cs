using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="CompactResNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way; 1 for one that restores.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
/// <param name="ImageChannels">Channels of the images.</param>
public sealed record CompactResNetDescription(int Scale, int Channels, int Blocks, int ImageChannels = 3)
    : SuperResolverDescription(Scale, Channels, Blocks, ImageChannels)
{
    /// <inheritdoc/>
    protected override int SmallestScale => 1;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new CompactResNet(Scale, new Initialization(seed), Channels, Blocks, ImageChannels);
}
