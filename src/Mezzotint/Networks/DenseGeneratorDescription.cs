using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="DenseGenerator"/>.</summary>
/// <param name="Size">The image's side, in pixels.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector.</param>
/// <param name="Classes">The names of its classes; empty for none.</param>
/// <param name="Widths">Elements of each hidden layer.</param>
/// <param name="Norm">The norm after each but the first: batch norm, or none.</param>
/// <param name="Slope">What the rectifiers leave below zero: 0.2 of it, or 0 for ReLU.</param>
public sealed record DenseGeneratorDescription(
    int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes, IReadOnlyList<int> Widths,
    Normalization Norm = Normalization.Batch, float Slope = 0.2f)
    : GeneratorDescription(Size, ImageChannels, Latent, Classes)
{
    private const int WidestLayer = 1 << 16;
    private const int MostLayers = 64;

    /// <inheritdoc/>
    public override DenseGenerator Build(ulong seed = 0)
    {
        Check();
        Require(Widths.Count, MostLayers, "layers");
        foreach (int width in Widths) Require(width, WidestLayer, "elements in a layer");
        return new DenseGenerator(Size, new Initialization(seed), Latent, Widths, ImageChannels, Classes, Norm, Slope);
    }
}
