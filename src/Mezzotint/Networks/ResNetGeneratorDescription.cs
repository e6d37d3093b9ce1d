using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="ResNetGenerator"/>.</summary>
/// <param name="Size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector.</param>
/// <param name="Classes">The names of its classes; empty for none.</param>
/// <param name="Channels">Channels of its features.</param>
public sealed record ResNetGeneratorDescription(
    int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes, int Channels)
    : GeneratorDescription(Size, ImageChannels, Latent, Classes)
{
    private const int MostChannels = 1 << 14;

    /// <inheritdoc/>
    public override ResNetGenerator Build(ulong seed = 0)
    {
        Check();
        Require(Channels, MostChannels, "channels");
        if (!DcganDiscriminator.Makes(Size))
            throw new MezzotintException($"There is no {Kind} network of {Size} pixels a side; allowed is 4, 5, 6 or 7 times a power of 2, from 8 on.");
        return new ResNetGenerator(Size, new Initialization(seed), Latent, Channels, ImageChannels, Classes);
    }
}
