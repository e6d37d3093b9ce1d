using System.ComponentModel.DataAnnotations;
using Mezzotint.Data.Examination;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Training;

namespace Mezzotint.Families.Translation;

/// <summary>
/// How to train a network that translates pictures or label maps to pictures: pix2pix (Isola et al. 2017), Pix2PixHD (Wang et al. 2018),
/// and restoration as translation. All records are immutable.
/// </summary>
public sealed record TranslationRecipe() : TrainingRecipe(FamilyName)
{
    /// <summary>What <see cref="TrainingRecipe.Family"/> must be.</summary>
    public const string FamilyName = "translation";

    /// <summary>The generator.</summary>
    public TranslationNetworkRecipe Network { get; init; } = new();

    /// <summary>The discriminator.</summary>
    public TranslationDiscriminatorRecipe Discriminator { get; init; } = new();

    /// <summary>What the discriminator's outputs cost both sides.</summary>
    public AdversarialRecipe Objective { get; init; } = new();

    /// <summary>The discriminator's moves to one of the generator; each has a batch of its own. Default: 1.</summary>
    [Range(1, 100)]
    public int CriticSteps { get; init; } = 1;

    /// <summary>
    /// What is done to all that the discriminator sees (Zhao et al. 2020), for few pairs: colour, of pictures alone; translation and
    /// cutout, of what was given and its picture alike. Default: none.
    /// </summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>What is made small, and what each part weighs.</summary>
    public TranslationLossRecipe Loss { get; init; } = new();

    /// <summary>What is learned from.</summary>
    public TranslationDataRecipe Data { get; init; } = new();

    /// <summary>How the weights of both move.</summary>
    public AdamRecipe Optimizer { get; init; } = new() { Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>The discriminator's own learning rate; nothing for the same. Default: nothing.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? DiscriminatorLearningRate { get; init; }

    /// <summary>
    /// Which model is kept: latest, as is usual where a discriminator judges; or best, by PSNR on the validation pairs, which favours blur.
    /// Default: latest.
    /// </summary>
    public KeptModel Keep { get; init; }

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => Optimizer.LearningRate;

    /// <inheritdoc/>
    public override TranslationRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

    /// <inheritdoc/>
    public override DataNeeds Needs() => Data.Needs();

    /// <inheritdoc/>
    public override TrainingRecipe WithFullPaths()
    {
        var recipe = (TranslationRecipe)base.WithFullPaths();
        return recipe with
        {
            Data = recipe.Data with { Palette = Data.Palette is { } palette ? Path.GetFullPath(palette) : null },
            Loss = Loss with { PerceptualWeights = Loss.PerceptualWeights is { } weights ? Path.GetFullPath(weights) : null },
        };
    }

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo translate {model} {(Data.HasLabels ? "labels.png" : "photo.jpg")}";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string key, string problem) in base.Problems()) yield return (key, problem);
        if (Network.FixedSteps > 0 && Network.Kind != TranslationGenerator.Enhanced)
            yield return ("network.fixedSteps", "is used by 'kind: enhanced' alone; set that, or remove it");
        if (Network.Style.Kind == StyleKind.Instances && !Data.HasLabels)
            yield return ("network.style.kind", "is instances, which label maps alone have; adain is for all");
        if (Loss.Adversarial > 0 && Objective.Penalises && Discriminator.Norm == Normalization.Batch)
        {
            yield return ("discriminator.norm",
                "is batch, by which a picture's output depends on other pictures, and a gradient penalty is of each by itself; set none, instance or spectral");
        }

        if (Loss.Adversarial == 0 && (Objective != new AdversarialRecipe() || CriticSteps > 1 || Augment.Count > 0))
            yield return ("loss.adversarial", "is 0, and objective, criticSteps and augment are of a discriminator; set it above 0, or remove them");
        if (CriticSteps > 1 && Loss.Turns == TranslationTurns.Together)
            yield return ("criticSteps", $"is {CriticSteps}, and loss.turns is together, by which each side moves once; set loss.turns to alternate");
        if (Loss.Adversarial == 0 && Loss.FeatureMatching > 0)
            yield return ("loss.featureMatching", "needs a discriminator; set loss.adversarial above 0, or remove it");
        if (Loss.Adversarial == 0 && Loss.Pool > 0) yield return ("loss.pool", "needs a discriminator; set loss.adversarial above 0, or remove it");
        if (Loss.Adversarial == 0 && Loss.L1 == 0 && Loss.Perceptual == 0)
            yield return ("loss.l1", "is 0 and so is loss.adversarial; something has to be made small");
        if (Loss.Perceptual > 0 != Loss.PerceptualWeights is not null)
            yield return ("loss.perceptualWeights", "names the network that loss.perceptual looks through; give both or neither");
        if (Description is var description && Data.Crop.Count > 0)
        {
            int multiple = description.Generator == TranslationGenerator.Enhanced ? 2 << description.Depth : 1 << description.Depth;
            if (Data.Width % multiple != 0 || Data.Height % multiple != 0)
                yield return ("data.crop", $"is {Data.Width}x{Data.Height}, and this network takes multiples of {multiple}");
        }
    }

    /// <summary>The network, but for what is known once the data are opened.</summary>
    internal TranslatorDescription Description => new(
        Network.Kind, Data.Condition, Network.Channels, Network.ChosenDepth, Network.Blocks, Network.LocalBlocks,
        Network.Kind == TranslationGenerator.Unet ? Network.Dropout : 0, Network.Style.Kind, Network.Style.Size, Network.Style.Channels,
        Network.Style.Clusters);
}

/// <summary>Which of a training's models is kept.</summary>
public enum KeptModel
{
    /// <summary>The latest.</summary>
    Latest,

    /// <summary>That which scored best on the validation pairs.</summary>
    Best,
}
