using System.ComponentModel.DataAnnotations;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// How to train a network that enlarges photographs: everything a training needs to know, and a file of YAML says. All records are
/// immutable.
/// </summary>
public sealed record SuperResolutionRecipe : ICheckedRecipe
{
    /// <summary>What <see cref="Family"/> must be.</summary>
    public const string FamilyName = "super-resolution";

    /// <summary>The name, which the run and the model bear. Default: super-resolution.</summary>
    public string Name { get; init; } = FamilyName;

    /// <summary>The family of methods: super-resolution.</summary>
    [AllowedValues(FamilyName)]
    public string Family { get; init; } = FamilyName;

    /// <summary>How many times larger, each way: 2, 3 or 4. Default: 4.</summary>
    [AllowedValues(2, 3, 4)]
    public int Scale { get; init; } = 4;

    /// <summary>The network.</summary>
    public SuperResolutionNetworkRecipe Network { get; init; } = new();

    /// <summary>
    /// A model to begin with, by name or path, in place of random weights; nothing for none. The network must be the same but for its
    /// scale. Default: nothing.
    /// </summary>
    public string? Init { get; init; }

    /// <summary>What is learned from.</summary>
    public SuperResolutionDataRecipe Data { get; init; } = new();

    /// <summary>What is made small: the mean absolute or the mean squared error over all pixels and channels. Default: l1.</summary>
    public PixelLoss Loss { get; init; } = PixelLoss.L1;

    /// <summary>How the weights move.</summary>
    public AdamRecipe Optimizer { get; init; } = new();

    /// <summary>How the learning rate changes.</summary>
    public ScheduleRecipe Schedule { get; init; } = new();

    /// <summary>
    /// The decay of the exponential moving average of the weights, which is what is validated and shipped; 0 for none. Default: 0.999.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>How many steps to train. Default: 100,000.</summary>
    [Range(1, 100_000_000)]
    public int Steps { get; init; } = 100_000;

    /// <summary>The seed of everything random: initial weights, order, crops, flips. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps from one checkpoint to the next. Default: 1,000.</summary>
    [Range(1, 100_000_000)]
    public int CheckpointEvery { get; init; } = 1_000;

    /// <summary>How many checkpoints are kept. Default: 3.</summary>
    [Range(1, 1_000)]
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Steps from one scoring on the validation folder to the next. Default: 1,000.</summary>
    [Range(1, 100_000_000)]
    public int ValidateEvery { get; init; } = 1_000;

    /// <summary>Steps from one sample strip to the next. Default: 5,000.</summary>
    [Range(1, 100_000_000)]
    public int SampleEvery { get; init; } = 5_000;

    /// <summary>Steps from one line of metrics to the next. Default: 100.</summary>
    [Range(1, 100_000_000)]
    public int LogEvery { get; init; } = 100;

    /// <summary>The learning rate over this training.</summary>
    public LearningRateSchedule LearningRates() => new(
        Schedule.Kind, Optimizer.LearningRate, Steps, Schedule.WarmupSteps, Schedule.Milestones, Schedule.Factor, Schedule.FinalFraction);

    /// <summary>How often this training logs, saves and judges itself.</summary>
    public TrainingIntervals Intervals() => new(Steps, LogEvery, CheckpointEvery, KeepCheckpoints, ValidateEvery, SampleEvery);

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Schedule.WarmupSteps > Steps)
            yield return ("schedule.warmupSteps", $"is {Schedule.WarmupSteps}, more than the {Steps} steps of the training");
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
