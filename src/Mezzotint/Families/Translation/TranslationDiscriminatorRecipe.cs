using System.ComponentModel.DataAnnotations;
using Mezzotint.Layers;

namespace Mezzotint.Families.Translation;

/// <summary>The discriminators that judge an input and a picture together.</summary>
public enum TranslationDiscriminatorKind
{
    /// <summary>PatchGAN (Isola et al. 2017).</summary>
    Patch,

    /// <summary>PatchGANs on the picture and its reductions (Wang et al. 2018).</summary>
    MultiScale,

    /// <summary>One on the picture as a whole beside a PatchGAN (after Iizuka et al. 2017).</summary>
    GlobalAndLocal,
}

/// <summary>Which discriminator, and how large.</summary>
public sealed record TranslationDiscriminatorRecipe
{
    /// <summary>The discriminator: patch, multiScale or globalAndLocal. Default: patch.</summary>
    public TranslationDiscriminatorKind Kind { get; init; }

    /// <summary>Channels after the first layer. Default: 64.</summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 64;

    /// <summary>Layers of stride 2; with 3 a patch has 70x70 pixels. Default: 3.</summary>
    [Range(1, 16)]
    public int Layers { get; init; } = 3;

    /// <summary>For multiScale: how many scales. Default: 2.</summary>
    [Range(1, 16)]
    public int Scales { get; init; } = 2;

    /// <summary>The norm: none, batch (pix2pix), instance (Pix2PixHD) or spectral. Default: batch.</summary>
    public Normalization Norm { get; init; } = Normalization.Batch;
}
