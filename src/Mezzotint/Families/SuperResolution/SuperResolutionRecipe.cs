using System.ComponentModel.DataAnnotations;
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

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => Optimizer.LearningRate;

    /// <inheritdoc/>
    public override SuperResolutionRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

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
