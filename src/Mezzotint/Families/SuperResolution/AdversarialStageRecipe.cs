using System.ComponentModel.DataAnnotations;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// The second stage of SRGAN (Ledig et al. 2017): the network plays against a discriminator and makes a distance to the truth small beside,
/// of features, of pixels or of both. The first stage's model is the recipe's <c>init</c>.
/// </summary>
public sealed record AdversarialStageRecipe : ICheckedRecipe
{
    /// <summary>The factor of the game in the network's loss. Default: 0.001.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Weight { get; init; } = 1e-3;

    /// <summary>The factor of the pixel loss, which the recipe's <c>loss</c> names. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double Pixel { get; init; }

    /// <summary>
    /// The factor of what of the error repeats from square to square of the pixels that were one (<see cref="Objectives.GridLoss"/>), of
    /// which no method's paper speaks. Default: 0.
    /// </summary>
    [Range(0.0, 1e6)]
    public double Grid { get; init; }

    /// <summary>The distance of features.</summary>
    public PerceptualRecipe Perceptual { get; init; } = new();

    /// <summary>What the two play for.</summary>
    public AdversarialRecipe Objective { get; init; } = new();

    /// <summary>The network that tells what is made from what is real.</summary>
    public SuperResolutionDiscriminatorRecipe Discriminator { get; init; } = new();

    /// <summary>The discriminator's moves to one of the network; each has a batch of its own. Default: 1.</summary>
    [Range(1, 100)]
    public int CriticSteps { get; init; } = 1;

    /// <summary>
    /// What is done to all that the discriminator sees (Zhao et al. 2020), for few photographs: colour, translation, cutout, or any of
    /// them. Default: none.
    /// </summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>How the discriminator's weights move; its learning rate follows the recipe's schedule too.</summary>
    public OptimizerRecipe DiscriminatorOptimizer { get; init; } = new();

    /// <summary>
    /// By what the best model is chosen on the validation pictures: perceptual, by the distance of features; psnr, which the second stage
    /// lowers; or latest, for the last whatever it scores. Default: perceptual.
    /// </summary>
    public AdversarialChoice ChooseBy { get; init; }

    /// <summary>Whether the features of a network are asked for.</summary>
    internal bool Sees => Perceptual.Weight > 0 || ChooseBy == AdversarialChoice.Perceptual;

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Pixel == 0 && Perceptual.Weight == 0)
            yield return ("pixel", "is 0, and so is perceptual.weight, so that nothing holds the result to the truth; set one of them");
        if (Objective.Penalises && Discriminator.Kind == SuperResolutionDiscriminatorKind.Srgan)
        {
            yield return ("discriminator.kind",
                "is srgan, whose batch norm makes an image's output depend on other images, and a gradient penalty is of each image by itself; set unet");
        }
    }
}

/// <summary>By what a model is chosen.</summary>
public enum AdversarialChoice
{
    /// <summary>The distance of features.</summary>
    Perceptual,

    /// <summary>The peak signal-to-noise ratio.</summary>
    Psnr,

    /// <summary>Nothing: the latest is kept.</summary>
    Latest,
}

/// <summary>Which discriminator, and how large.</summary>
public sealed record SuperResolutionDiscriminatorRecipe
{
    /// <summary>srgan or unet. Default: srgan.</summary>
    public SuperResolutionDiscriminatorKind Kind { get; init; }

    /// <summary>Channels of its first layer, of which it has eight times as many at its deepest. Default: 64, as published.</summary>
    [Range(1, 1_024)]
    public int Channels { get; init; } = 64;

    /// <summary>What the side of a crop of the truth must be a multiple of.</summary>
    internal int Reduction => Kind == SuperResolutionDiscriminatorKind.Srgan ? SrganDiscriminator.Reduction : UNetDiscriminator.Reduction;
}

/// <summary>The discriminators of enlarged pictures.</summary>
public enum SuperResolutionDiscriminatorKind
{
    /// <summary><see cref="SrganDiscriminator"/>: one judgement of a crop.</summary>
    Srgan,

    /// <summary><see cref="UNetDiscriminator"/>: one of each pixel.</summary>
    Unet,
}
