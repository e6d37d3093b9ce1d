using System.ComponentModel.DataAnnotations;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Recipes;

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
    // What Pix2PixHD's perceptual loss compares, and what it multiplies each difference by.
    private static readonly IReadOnlyDictionary<string, float> SeenLayers = new Dictionary<string, float>
    {
        ["relu1_1"] = 1f / 32,
        ["relu2_1"] = 1f / 16,
        ["relu3_1"] = 1f / 8,
        ["relu4_1"] = 1f / 4,
        ["relu5_1"] = 1,
    };

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

    /// <summary>
    /// For perceptual: the file of the network, torchvision's VGG-19 as in Pix2PixHD, or VGG-19 normalised up to relu3_1, which has three
    /// of its five layers; nothing for none. Default: nothing.
    /// </summary>
    public string? PerceptualWeights { get; init; }

    /// <summary>Whose turn it is: alternate or together. Default: alternate.</summary>
    public TranslationTurns Turns { get; init; }

    /// <summary>How many generated pictures are kept to show the discriminator instead of new ones; 0 for none. Default: 0.</summary>
    [Range(0, 10_000)]
    public int Pool { get; init; }

    /// <summary>The difference that a network sees: of Pix2PixHD's layers those that it has, with their weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Its file, for the message.</param>
    /// <exception cref="RecipeException">It has none of them.</exception>
    internal static PerceptualLoss Seen(IFeatureNetwork network, string path)
    {
        Dictionary<string, float> seen = SeenLayers.Where(layer => network.Layers.Contains(layer.Key)).ToDictionary();
        return seen.Count > 0
            ? new PerceptualLoss(network, seen)
            : throw new RecipeException($"'{path}' is of a network without the features {string.Join(", ", SeenLayers.Keys)}; give a VGG-19's.");
    }
}
