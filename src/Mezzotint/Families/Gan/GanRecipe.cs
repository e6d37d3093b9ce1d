using System.ComponentModel.DataAnnotations;
using Mezzotint.Data;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Training;

namespace Mezzotint.Families.Gan;

/// <summary>
/// How to train a generator against a discriminator (Goodfellow et al. 2014): which networks, which objective, which data. The images' side is
/// <c>data.size</c> (32 where it says nothing), their channels <c>data.channels</c> (3).
/// </summary>
public sealed record GanRecipe() : TrainingRecipe(FamilyName)
{
    /// <summary>What <see cref="TrainingRecipe.Family"/> must be.</summary>
    public const string FamilyName = "gan";

    private const int DefaultSize = 32;
    private const int DefaultChannels = 3;

    /// <summary>What is learned from.</summary>
    public ImageSetRecipe Data { get; init; } = new();

    /// <summary>
    /// How many classes the data have, where images are to be asked for by class; 0 for one model of all of them. Default: 0.
    /// </summary>
    [Range(0, 10_000)]
    public int Classes { get; init; }

    /// <summary>The network that makes images.</summary>
    public GanGeneratorRecipe Generator { get; init; } = new();

    /// <summary>The network that tells them from real ones.</summary>
    public GanDiscriminatorRecipe Discriminator { get; init; } = new();

    /// <summary>What each makes small.</summary>
    public AdversarialRecipe Objective { get; init; } = new();

    /// <summary>The discriminator's moves to one of the generator; each has a batch of its own. Default: 1.</summary>
    [Range(1, 100)]
    public int CriticSteps { get; init; } = 1;

    /// <summary>
    /// What is done to all images that the discriminator sees (Zhao et al. 2020), for data sets of few images: colour, translation, cutout, or any of
    /// them. Default: none.
    /// </summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>How the generator's weights move.</summary>
    public OptimizerRecipe GeneratorOptimizer { get; init; } = new();

    /// <summary>How the discriminator's weights move; another learning rate makes two time scales (Heusel et al. 2017).</summary>
    public OptimizerRecipe DiscriminatorOptimizer { get; init; } = new();

    /// <summary>The images' side, in pixels.</summary>
    internal int Size => Data.Size ?? DefaultSize;

    /// <summary>The images' channels.</summary>
    internal int Channels => Data.Channels ?? DefaultChannels;

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => GeneratorOptimizer.LearningRate;

    /// <inheritdoc/>
    public override GanRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo generate {model} --seeds 0-31 --grid 8x4";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string Key, string Problem) problem in base.Problems()) yield return problem;
        bool doubled = Generator.Kind != GeneratorKind.Dense || Discriminator.Kind is DiscriminatorKind.Dcgan or DiscriminatorKind.Resnet;
        if (doubled && !DcganDiscriminator.Makes(Size))
            yield return ("data.size", $"is {Size}; these networks make images of 4, 5, 6 or 7 times a power of 2, from 8 on");
        if (Objective.Penalises && Discriminator.Kind == DiscriminatorKind.Dcgan && Discriminator.Normalization == Normalization.Batch)
        {
            yield return ("discriminator.normalization",
                "is batch, by which an image's output depends on other images, and a gradient penalty is of each image by itself; set none, instance or spectral");
        }

        if (Discriminator.Kind != DiscriminatorKind.Dcgan && Discriminator.Normalization is not (Normalization.None or Normalization.Spectral)
            && Discriminator.Normalization != GanDiscriminatorRecipe.DefaultNormalization)
            yield return ("discriminator.normalization", "is used by 'kind: dcgan' alone, but for none and spectral");
    }
}
