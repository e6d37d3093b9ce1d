namespace Mezzotint.Inference;

/// <summary>
/// Which channels of a picture go through a network together. Channels that are the network's go at once; a grey network takes any picture
/// channel by channel; a colour network takes grey, and each channel of a picture that is neither grey nor colour, as three equal colours
/// whose mean is the result.
/// </summary>
/// <param name="Size">Channels of a group.</param>
/// <param name="Groups">How many groups there are, one behind the other.</param>
/// <param name="Repeated">How often each channel is given to the network; the mean over the repetitions is the result.</param>
/// <param name="Alpha">Whether a last channel is left that does not go through the network.</param>
internal sealed record ChannelGroups(int Size, int Groups, int Repeated, bool Alpha)
{
    private const int Colours = 3;

    /// <summary>The groups, or null where the network is for other channels.</summary>
    /// <param name="network">Channels of the network's images.</param>
    /// <param name="channels">Channels of the picture.</param>
    /// <param name="hasAlpha">Whether its last one is alpha; a network of just as many channels, and not of 1 or 3, takes it as any
    /// other.</param>
    public static ChannelGroups? Of(int network, int channels, bool hasAlpha)
    {
        if (network == channels && network is not (1 or Colours)) return new ChannelGroups(channels, 1, 1, Alpha: false);
        int colours = hasAlpha ? channels - 1 : channels;
        if (network == colours) return new ChannelGroups(colours, 1, 1, hasAlpha);
        return network switch
        {
            1 => new ChannelGroups(1, colours, 1, hasAlpha),
            Colours => new ChannelGroups(1, colours, Colours, hasAlpha),
            _ => null,
        };
    }
}
