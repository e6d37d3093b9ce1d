using System.ComponentModel.DataAnnotations;
using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Families.Vae;

/// <summary>Which network, and how large.</summary>
public sealed record VaeNetworkRecipe
{
    /// <summary>What the encoder and the decoder are made of: dense or convolutional. Default: dense.</summary>
    public VaeKind Kind { get; init; } = VaeKind.Dense;

    /// <summary>Elements of the latent vector. Default: 20.</summary>
    [Range(1, 1_048_576)]
    public int Latent { get; init; } = 20;

    /// <summary>
    /// Elements, or channels, after each layer of the encoder, which the decoder mirrors. Default: as published, which is 400 for dense
    /// coders and 32, 64, 128, 256, 512 for convolutional ones.
    /// </summary>
    [Range(1, 65_536)]
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>The norm after convolutions: none, batch or instance; dense coders have none. Default: batch.</summary>
    public Normalization Normalization { get; init; } = Normalization.Batch;

    /// <summary>The network of images of a size.</summary>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="likelihood">What the decoder's output says.</param>
    public VaeDescription Describe(int size, int channels, Likelihood likelihood) => new(
        size, channels, Latent, [], Kind, Widths.Count > 0 ? Widths : Kind == VaeKind.Dense ? [400] : [32, 64, 128, 256, 512],
        Kind == VaeKind.Dense ? Normalization.None : Normalization, likelihood);
}
