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

    /// <summary>How many times larger, each way: 2, 3 or 4. Default: 4.</summary>
    [AllowedValues(2, 3, 4)]
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
    public override string UseOf(string model) => $"mezzo upscale photo.jpg --model {model}";
}

/// <summary>The mean error over pixels and channels that a training makes small.</summary>
public enum PixelLoss
{
    /// <summary>The mean absolute error.</summary>
    L1,

    /// <summary>The mean squared error.</summary>
    Mse,
}
