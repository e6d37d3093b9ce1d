using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="DcganGenerator"/>.</summary>
/// <param name="Size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector.</param>
/// <param name="Classes">The names of its classes; empty for none.</param>
/// <param name="Channels">Channels at half the image's side; they double from there towards 4x4.</param>
/// <param name="MostChannels">Where they stop doubling.</param>
/// <param name="Hidden">Elements of each dense layer before the first transposed convolution; null for none.</param>
/// <param name="Pointwise">Whether the last layer is of 1x1, behind a stage of the image's size; the size, and the middle of it, is then
/// even.</param>
public sealed record DcganDescription(
    int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes, int Channels, int MostChannels,
    IReadOnlyList<int>? Hidden = null, bool Pointwise = false)
    : GeneratorDescription(Size, ImageChannels, Latent, Classes)
{
    private const int WidestLayer = 1 << 16;
    private const int MostHidden = 64;

    /// <inheritdoc/>
    public override DcganGenerator Build(ulong seed = 0)
    {
        Check();
        Require(Channels, WidestLayer, "channels");
        Require(MostChannels, WidestLayer, "channels at most");
        if (Hidden is { Count: > 0 }) Require(Hidden.Count, MostHidden, "hidden layers");
        foreach (int width in Hidden ?? []) Require(width, WidestLayer, "elements in a hidden layer");
        if (!DcganDiscriminator.Makes(Size))
            throw new MezzotintException($"There is no dcgan network of {Size} pixels a side; allowed is 4, 5, 6 or 7 times a power of 2, from 8 on.");
        return new DcganGenerator(Size, new Initialization(seed), Latent, Channels, MostChannels, ImageChannels, Classes, Hidden, Pointwise);
    }
}
