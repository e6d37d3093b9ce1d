namespace Mezzotint.Networks;

/// <summary>A network that enlarges, of residual blocks.</summary>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
public abstract record SuperResolverDescription(int Scale, int Channels, int Blocks) : NetworkDescription
{
    private const int MostChannels = 4096;
    private const int MostBlocks = 1024;

    /// <inheritdoc/>
    public override string Summary => $"of {Blocks} blocks of {Channels} channels";

    /// <summary>Whether only the scales differ.</summary>
    /// <inheritdoc/>
    public override bool CanBeginWith(NetworkDescription given) => given is SuperResolverDescription other && other with { Scale = Scale } == this;

    /// <inheritdoc/>
    public sealed override SuperResolver Build(ulong seed = 0)
    {
        if (Scale is < 2 or > 4) throw new MezzotintException($"There is no {Kind} network of scale {Scale}; allowed is 2 to 4.");
        Require(Channels, MostChannels, "channels");
        Require(Blocks, MostBlocks, "blocks");
        return Make(seed);
    }

    /// <summary>The network, of numbers that have been checked.</summary>
    protected abstract SuperResolver Make(ulong seed);
}
