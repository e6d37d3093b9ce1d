using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.Translation;

/// <summary>In which order the two sides of the game move.</summary>
public enum TranslationTurns
{
    /// <summary>The discriminator moves, and the generator then against the moved one (pix2pix).</summary>
    Alternate,

    /// <summary>Both move at once, from one evaluation of both networks (Pix2PixHD), which is cheaper.</summary>
    Together,
}

/// <summary>What is made small, and what each part weighs.</summary>
public sealed record TranslationLossRecipe
{
    /// <summary>The weight of the discriminator's judgement in the generator's loss; 0 for no discriminator. Default: 1.</summary>
    [Range(0.0, 1e6)]
    public double Adversarial { get; init; } = 1;

    /// <summary>The factor before the discriminator's own loss. Default: 0.5.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Discriminator { get; init; } = 0.5;

    /// <summary>The weight of the mean absolute difference to the truth. Default: 100.</summary>
    [Range(0.0, 1e6)]
    public double L1 { get; init; } = 100;

    /// <summary>The weight of feature matching; 10 in Pix2PixHD. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double FeatureMatching { get; init; }

    /// <summary>The weight of the difference that a trained network sees (10 in Pix2PixHD); 0 for none. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double Perceptual { get; init; }

    /// <summary>For perceptual: the file of the network, VGG normalised up to relu3_1; nothing for none. Default: nothing.</summary>
    public string? PerceptualWeights { get; init; }

    /// <summary>Whose turn it is: alternate or together. Default: alternate.</summary>
    public TranslationTurns Turns { get; init; }

    /// <summary>How many generated pictures are kept to show the discriminator instead of new ones; 0 for none. Default: 0.</summary>
    [Range(0, 10_000)]
    public int Pool { get; init; }
}
