using System.ComponentModel.DataAnnotations;
using Mezzotint.Objectives;
using Mezzotint.Recipes;

namespace Mezzotint.Families.Translation;

/// <summary>What a discriminator's outputs cost.</summary>
public enum TranslationObjective
{
    /// <summary>Cross-entropy (pix2pix).</summary>
    Bce,

    /// <summary>Squared distances (LSGAN; Pix2PixHD).</summary>
    Lsgan,

    /// <summary>The hinge.</summary>
    Hinge,

    /// <summary>Cross-entropy, and the generator makes small what the discriminator makes large, as in the game's theory.</summary>
    Minimax,

    /// <summary>Differences of means (WGAN), with clip or gradientPenalty.</summary>
    Wasserstein,
}

/// <summary>In which order the two sides of the game move.</summary>
public enum TranslationTurns
{
    /// <summary>The discriminator moves, and the generator then against the moved one (pix2pix).</summary>
    Alternate,

    /// <summary>Both move at once, from one evaluation of both networks (Pix2PixHD), which is cheaper.</summary>
    Together,
}

/// <summary>What is made small, and what each part weighs.</summary>
public sealed record TranslationLossRecipe : ICheckedRecipe
{
    /// <summary>What the discriminator's outputs cost: bce, lsgan, hinge, minimax or wasserstein. Default: bce.</summary>
    public TranslationObjective Objective { get; init; }

    /// <summary>
    /// For bce: the probability that the discriminator is to give true pictures; 0.9 is one-sided label smoothing (Salimans et al. 2016). Default: 1.
    /// </summary>
    [Range(0.5, 1.0)]
    public double RealTarget { get; init; } = 1;

    /// <summary>The factor of WGAN-GP's penalty (Gulrajani et al. 2017) on slopes by the picture, the input held; 0 for none. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double GradientPenalty { get; init; }

    /// <summary>The factor of the penalty R1 (Mescheder et al. 2018) on slopes by the true picture, the input held; 0 for none. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double R1 { get; init; }

    /// <summary>The largest size of a discriminator's weight, 0.01 in the first WGAN; 0 for no limit. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double Clip { get; init; }

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

    /// <summary>The costs.</summary>
    internal AdversarialObjective Costs() => Objective switch
    {
        TranslationObjective.Bce => new NonSaturatingObjective(RealTarget),
        TranslationObjective.Lsgan => new LeastSquaresObjective(),
        TranslationObjective.Hinge => new HingeObjective(),
        TranslationObjective.Minimax => new MinimaxObjective(),
        TranslationObjective.Wasserstein => new WassersteinObjective(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (RealTarget != 1 && Objective != TranslationObjective.Bce)
            yield return ("realTarget", "is used by 'objective: bce' alone; set that, or remove it");
        if (Objective == TranslationObjective.Wasserstein && GradientPenalty == 0 && Clip == 0)
            yield return ("objective", "is wasserstein, whose critic must be kept from being steep; set clip (published: 0.01) or gradientPenalty (10)");
        if (Adversarial == 0 && (GradientPenalty > 0 || R1 > 0 || Clip > 0))
            yield return ("adversarial", "is 0, and a penalty needs a discriminator; set it above 0, or remove gradientPenalty, r1 and clip");
    }
}
