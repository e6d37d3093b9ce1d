using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="MsrResNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
public sealed record MsrResNetDescription(int Scale, int Channels, int Blocks) : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new MsrResNet(Scale, new Initialization(seed), Channels, Blocks);
}
