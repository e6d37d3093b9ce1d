using System.ComponentModel.DataAnnotations;
using Mezzotint.Data;
using Mezzotint.Data.Examination;
using Mezzotint.Layers;
using Mezzotint.Training;

namespace Mezzotint.Families.Gan;

/// <summary>
/// What is the same in all recipes of images from noise by generators against discriminators. The images' channels are <c>data.channels</c>
/// (3 where it says nothing), their side is <c>data.size</c>.
/// </summary>
public abstract record AdversarialImagesRecipe : TrainingRecipe
{
    private const int DefaultChannels = 3;

    private readonly int _defaultSize;

    /// <summary>A recipe of a family.</summary>
    /// <param name="family">What <see cref="TrainingRecipe.Family"/> must be.</param>
    /// <param name="defaultSize">The images' side where <c>data.size</c> says nothing, in pixels.</param>
    protected AdversarialImagesRecipe(string family, int defaultSize)
        : base(family) =>
        _defaultSize = defaultSize;

    /// <summary>What is learned from.</summary>
    public ImageSetRecipe Data { get; init; } = new();

    /// <summary>The network that tells images from real ones; of several generators, each has one of this kind.</summary>
    public GanDiscriminatorRecipe Discriminator { get; init; } = new();

    /// <summary>What generators and discriminators make small.</summary>
    public AdversarialRecipe Objective { get; init; } = new();

    /// <summary>The discriminator's moves to one of the generator; each has a batch of its own. Default: 1.</summary>
    [Range(1, 100)]
    public int CriticSteps { get; init; } = 1;

    /// <summary>
    /// What is done to all images that the discriminator sees (Zhao et al. 2020), for data sets of few images: colour, translation, cutout,
    /// or any of them. Default: none.
    /// </summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>
    /// How a generator's weights move; where generators are trained one after another, its schedule runs over the steps in which it moves.
    /// </summary>
    public OptimizerRecipe GeneratorOptimizer { get; init; } = new();

    /// <summary>How a discriminator's weights move; another learning rate makes two time scales (Heusel et al. 2017).</summary>
    public OptimizerRecipe DiscriminatorOptimizer { get; init; } = new();

    /// <summary>The images' side, in pixels.</summary>
    internal int Size => Data.Size ?? _defaultSize;

    /// <summary>The images' channels.</summary>
    internal int Channels => Data.Channels ?? DefaultChannels;

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => GeneratorOptimizer.LearningRate;

    /// <inheritdoc/>
    public override AdversarialImagesRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

    /// <inheritdoc/>
    public override DataNeeds Needs() => DataNeeds.Of(Data with { Size = Size, Channels = Channels });

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string Key, string Problem) problem in base.Problems()) yield return problem;
        if (Discriminator.Hidden.Count > 0 && Discriminator.Kind != DiscriminatorKind.Dcgan)
            yield return ("discriminator.hidden", "is used by 'kind: dcgan' alone; leave it out");
        if (Objective.Penalises && Discriminator is { Kind: DiscriminatorKind.Dcgan, Normalization: Normalization.Batch })
        {
            yield return ("discriminator.normalization",
                "is batch, by which an image's output depends on other images, and a gradient penalty is of each image by itself; set none, instance or spectral");
        }

        if (Discriminator.Kind != DiscriminatorKind.Dcgan && Discriminator.Normalization is not (Normalization.None or Normalization.Spectral)
            && Discriminator.Normalization != GanDiscriminatorRecipe.DefaultNormalization)
            yield return ("discriminator.normalization", "is used by 'kind: dcgan' alone, but for none and spectral");
    }
}
