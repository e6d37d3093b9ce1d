using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="SrResNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
/// <param name="ImageChannels">Channels of the images.</param>
/// <param name="RectifiedSums">Whether a ReLU follows each block's addition.</param>
public sealed record SrResNetDescription(int Scale, int Channels, int Blocks, int ImageChannels = 3, bool RectifiedSums = false)
    : SuperResolverDescription(Scale, Channels, Blocks, ImageChannels)
{
    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) =>
        new SrResNet(Scale, new Initialization(seed), Channels, Blocks, ImageChannels, RectifiedSums);
}
