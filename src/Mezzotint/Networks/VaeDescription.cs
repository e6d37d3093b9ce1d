using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="VariationalAutoencoder"/>.</summary>
/// <param name="Size">The image's side, in pixels.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector.</param>
/// <param name="Classes">The names of its classes: none.</param>
/// <param name="Coders">What its encoder and decoder are made of.</param>
/// <param name="Widths">Elements, or channels, after each layer of the encoder; the decoder mirrors them.</param>
/// <param name="Norm">The norm after convolutions.</param>
/// <param name="Likelihood">What the decoder's output says of each sample.</param>
public sealed record VaeDescription(
    int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes, VaeKind Coders, IReadOnlyList<int> Widths, Normalization Norm,
    Likelihood Likelihood)
    : GeneratorDescription(Size, ImageChannels, Latent, Classes)
{
    private const int WidestLayer = 1 << 16;
    private const int MostLayers = 64;
    private const long MostSamples = 1 << 20;

    /// <inheritdoc/>
    public override string Summary => $"{base.Summary}, {Latent} latent, {Coders.ToString().ToLowerInvariant()} {string.Join('-', Widths)}";

    /// <inheritdoc/>
    public override VariationalAutoencoder Build(ulong seed = 0)
    {
        Check();
        foreach (int width in Widths) Require(width, WidestLayer, "elements in a layer");
        if (Widths.Count > MostLayers) Require(Widths.Count, MostLayers, "layers");
        if (Coders == VaeKind.Dense && (long)Size * Size * ImageChannels > MostSamples)
            throw new MezzotintException($"There is no dense vae network of {Size}x{Size} pixels; take a convolutional one.");
        if (Coders == VaeKind.Convolutional && Widths.Count == 0)
            throw new MezzotintException("There is no convolutional vae network without a convolution.");
        if (Classes.Count > 0) throw new MezzotintException("There is no vae network with classes.");
        return new VariationalAutoencoder(this, new Initialization(seed));
    }
}
