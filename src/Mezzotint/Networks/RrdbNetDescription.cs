using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>An <see cref="RrdbNet"/>.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual-in-residual blocks.</param>
/// <param name="Growth">Channels that each convolution of a dense block adds.</param>
/// <param name="Unshuffle">The side of the blocks of pixels that become channels first; 1 for none.</param>
public sealed record RrdbNetDescription(int Scale, int Channels, int Blocks, int Growth, int Unshuffle = 1)
    : SuperResolverDescription(Scale, Channels, Blocks)
{
    private const int MostGrowth = 4096;

    /// <inheritdoc/>
    protected override int SmallestScale => 1;

    /// <inheritdoc/>
    protected override int LargestScale => 8;

    /// <inheritdoc/>
    protected override SuperResolver Make(ulong seed)
    {
        Require(Growth, MostGrowth, "channels of growth");
        if (Scale is not (1 or 2 or 4 or 8) || Unshuffle is not (1 or 2 or 4))
        {
            throw new MezzotintException(
                $"There is no {Kind} network of scale {Scale} that unshuffles by {Unshuffle}; allowed are 1, 2, 4 or 8, and 1, 2 or 4.");
        }

        return new RrdbNet(Scale, new Initialization(seed), Channels, Blocks, Growth, Unshuffle);
    }
}
