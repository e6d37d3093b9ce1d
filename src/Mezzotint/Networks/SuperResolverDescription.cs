namespace Mezzotint.Networks;

/// <summary>A network that enlarges, or of scale 1 restores, of residual blocks.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
/// <param name="ImageChannels">Channels of the images, in and out.</param>
public abstract record SuperResolverDescription(int Scale, int Channels, int Blocks, int ImageChannels = 3) : NetworkDescription
{
    private const int MostChannels = 4096;
    private const int MostBlocks = 1024;

    /// <inheritdoc/>
    public override string Summary => $"of {Blocks} blocks of {Channels} channels";

    /// <summary>
    /// Whether only the scales and the channels of the images differ, or blocks are added: what a residual block adds to its input is small
    /// at first, so that a network that has been made deeper begins little worse than the one whose weights it takes.
    /// </summary>
    /// <inheritdoc/>
    public override bool CanBeginWith(NetworkDescription given) => given is SuperResolverDescription other
        && other.Blocks <= Blocks
        && other with { Scale = Scale, Blocks = Blocks, ImageChannels = ImageChannels } == this;

    /// <inheritdoc/>
    public sealed override SuperResolver Build(ulong seed = 0)
    {
        if (Scale < SmallestScale || Scale > LargestScale)
            throw new MezzotintException($"There is no {Kind} network of scale {Scale}; allowed is {SmallestScale} to {LargestScale}.");
        Require(Channels, MostChannels, "channels");
        Require(Blocks, MostBlocks, "blocks");
        Require(ImageChannels, MostChannels, "image channels");
        return Make(seed);
    }

    /// <summary>The least scale that the network has.</summary>
    protected virtual int SmallestScale => 2;

    /// <summary>The greatest scale that the network has.</summary>
    protected virtual int LargestScale => 4;

    /// <summary>The network, of numbers that have been checked.</summary>
    protected abstract SuperResolver Make(ulong seed);
}
