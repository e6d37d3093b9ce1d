using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>How pictures come to have the channels that a network is trained with.</summary>
public static class TrainingChannels
{
    /// <summary>
    /// Whether pictures of these channels can be learned from: grey and colour become each other; those of any other number are used as
    /// they are, whatever the last of them means.
    /// </summary>
    /// <param name="header">The picture.</param>
    /// <param name="channels">Channels of the network.</param>
    public static bool Fit(PictureHeader header, int channels) =>
        channels is 1 or 3 ? header.Channels - (header.HasAlpha ? 1 : 0) is 1 or 3 : header.Channels == channels;

    /// <summary>What people are shown of a picture: of one that is neither grey nor colour its first channel.</summary>
    internal static Picture Shown(Picture picture) => picture.Channels - (picture.HasAlpha ? 1 : 0) is 1 or 3 ? picture : picture.Channel(0);

    /// <summary>
    /// The picture with so many channels, at its own depth: for 3 in colour, for 1 its brightness, alpha laid over white in both; for any
    /// other number as it is.
    /// </summary>
    /// <param name="picture">A picture that fits.</param>
    /// <param name="channels">Channels of the network.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public static Picture Of(Picture picture, int channels)
    {
        Picture made = channels switch
        {
            1 => picture.Flatten().ToGrey(),
            3 => picture.Flatten().ToColour(),
            _ => picture,
        };
        return made.Channels == channels
            ? made
            : throw new ArgumentException($"A picture of {picture.Channels} channels cannot be learned from with {channels}.", nameof(picture));
    }
}
