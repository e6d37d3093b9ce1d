using System.ComponentModel.DataAnnotations;
using Mezzotint.Networks;

namespace Mezzotint.Families.Hierarchical;

/// <summary>The main generator, which makes the smallest image.</summary>
public sealed record HierarchicalMainRecipe
{
    /// <summary>unet (an encoder-decoder with skips, of planes of noise) or dcgan (a decoder of a latent vector). Default: unet.</summary>
    public MainGeneratorKind Kind { get; init; } = MainGeneratorKind.Unet;

    /// <summary>Channels of its largest features; they double inwards. Default: 64.</summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 64;

    /// <summary>For unet: planes of noise. Default: 4.</summary>
    [Range(1, 1_024)]
    public int Planes { get; init; } = 4;

    /// <summary>For dcgan: elements of the latent vector. Default: 100.</summary>
    [Range(1, 16_384)]
    public int Latent { get; init; } = 100;
}
