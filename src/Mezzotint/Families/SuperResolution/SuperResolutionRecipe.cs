using System.ComponentModel.DataAnnotations;
using Mezzotint.Data.Examination;
using Mezzotint.Training;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// How to train a network that enlarges photographs: everything a training needs to know, and a file of YAML says. All records are
/// immutable.
/// </summary>
public sealed record SuperResolutionRecipe() : TrainingRecipe(FamilyName)
{
    /// <summary>What <see cref="TrainingRecipe.Family"/> must be.</summary>
    public const string FamilyName = "super-resolution";

    /// <summary>
    /// How many times larger, each way: 2, 3 or 4; or 1, to restore pictures at their size, which data.degradation spoils. Default: 4.
    /// </summary>
    [AllowedValues(1, 2, 3, 4)]
    public int Scale { get; init; } = 4;

    /// <summary>The network. That of <c>init</c> must be the same but for its scale.</summary>
    public SuperResolutionNetworkRecipe Network { get; init; } = new();

    /// <summary>What is learned from.</summary>
    public SuperResolutionDataRecipe Data { get; init; } = new();

    /// <summary>What is made small: the mean absolute or the mean squared error over all pixels and channels. Default: l1.</summary>
    public PixelLoss Loss { get; init; } = PixelLoss.L1;

    /// <summary>How the weights move.</summary>
    public AdamRecipe Optimizer { get; init; } = new();

    /// <summary>
    /// The second stage of SRGAN, against a discriminator; nothing for the first stage, which makes <c>loss</c> alone small. Default:
    /// nothing.
    /// </summary>
    public AdversarialStageRecipe? Adversarial { get; init; }

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => Optimizer.LearningRate;

    /// <inheritdoc/>
    public override SuperResolutionRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

    /// <inheritdoc/>
    public override DataNeeds Needs() => base.Needs() with { LeastWidth = Data.Crop * Scale, LeastHeight = Data.Crop * Scale, Channels = Data.Channels };

    /// <inheritdoc/>
    public override SuperResolutionRecipe WithFullPaths()
    {
        var recipe = (SuperResolutionRecipe)base.WithFullPaths();
        return recipe.Adversarial is not { Sees: true } stage
            ? recipe
            : recipe with { Adversarial = stage with { Perceptual = stage.Perceptual.Resolved() } };
    }

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo {(Scale == 1 ? "restore" : "upscale")} photo.jpg --model {model}";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string Key, string Problem) problem in base.Problems()) yield return problem;
        if (Scale == 1 && Data.Degradation == LowResolution.Bicubic)
            yield return ("data.degradation", "is bicubic, which leaves nothing to learn at scale 1; set it to photograph, and data.photograph with it");
        if (Scale == 1 && Network.Kind != SuperResolutionNetworkKind.Compact)
            yield return ("network.kind", "is srresnet, which enlarges 2, 3 or 4 times; at scale 1 there is compact");
        if (Network.RectifiedSums && Network.Kind != SuperResolutionNetworkKind.Srresnet)
            yield return ("network.rectifiedSums", "is used by 'kind: srresnet' alone; set that, or remove it");
        if (Adversarial is null) yield break;
        int side = Data.Crop * Scale, multiple = Adversarial.Discriminator.Reduction;
        if (side % multiple != 0)
            yield return ("data.crop", $"is {Data.Crop}, {side} pixels at scale {Scale}; this discriminator takes crops of the truth whose side is a multiple of {multiple}");
        if (Adversarial.Sees && Data.Channels is not (1 or 3))
        {
            yield return ("adversarial.perceptual",
                $"is of networks that see colours, and data.channels is {Data.Channels}; set adversarial.perceptual.weight to 0 and adversarial.chooseBy to psnr");
        }
    }
}

/// <summary>The mean error over pixels and channels that a training makes small.</summary>
public enum PixelLoss
{
    /// <summary>The mean absolute error.</summary>
    L1,

    /// <summary>The mean squared error.</summary>
    Mse,
}
