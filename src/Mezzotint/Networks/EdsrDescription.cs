using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="Edsr"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
/// <param name="ResidualScale">What a block's result is multiplied by before it is added.</param>
/// <param name="Range">What white is to the network.</param>
/// <param name="Shifts">Whether the mean colour is part of the weights.</param>
public sealed record EdsrDescription(int Scale, int Channels, int Blocks, double ResidualScale = 1, double Range = 255, bool Shifts = true)
    : SuperResolverDescription(Scale, Channels, Blocks)
{
    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed) => new Edsr(Scale, new Initialization(seed), Channels, Blocks, ResidualScale, Range, Shifts);
}
