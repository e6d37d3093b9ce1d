using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Mezzotint.Data.Examination;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families;

/// <summary>
/// What every recipe says, whatever its family: a training's name, length, seed, beginning, and how often it logs, saves and judges itself.
/// A family derives a record with the keys of its own. All records are immutable.
/// </summary>
public abstract record TrainingRecipe : ICheckedRecipe
{
    private readonly string _family;

    /// <summary>A recipe of a family, of whose name it bears until it has one.</summary>
    /// <param name="family">What <see cref="Family"/> must be.</param>
    protected TrainingRecipe(string family) => Name = Family = _family = family;

    /// <summary>The name, which the run and the model bear. Default: the family's.</summary>
    public string Name { get; init; }

    /// <summary>The family of methods.</summary>
    public string Family { get; init; }

    /// <summary>
    /// A model to begin with, by name or path, in place of random weights; nothing for none. Its network must be of the same kind. Default:
    /// nothing.
    /// </summary>
    public string? Init { get; init; }

    /// <summary>The seed of everything random: initial weights, order, crops, flips, noise. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many steps to train. Default: 100,000.</summary>
    [Range(1, 100_000_000)]
    public int Steps { get; init; } = 100_000;

    /// <summary>How the learning rate changes.</summary>
    public ScheduleRecipe Schedule { get; init; } = new();

    /// <summary>
    /// The decay of the exponential moving average of the weights, which is what is judged and shipped; 0 for none. Default: 0.999.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>Steps from one checkpoint to the next. Default: 1,000.</summary>
    [Range(1, 100_000_000)]
    public int CheckpointEvery { get; init; } = 1_000;

    /// <summary>How many checkpoints are kept. Default: 3.</summary>
    [Range(1, 1_000)]
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Steps from one judgement, and one writing of the model, to the next. Default: 1,000.</summary>
    [Range(1, 100_000_000)]
    public int ValidateEvery { get; init; } = 1_000;

    /// <summary>Steps from one sample picture to the next. Default: 5,000.</summary>
    [Range(1, 100_000_000)]
    public int SampleEvery { get; init; } = 5_000;

    /// <summary>Steps from one line of metrics to the next. Default: 100.</summary>
    [Range(1, 100_000_000)]
    public int LogEvery { get; init; } = 100;

    /// <summary>
    /// How often a training whose numbers are not finite is rolled back before it ends with an error: first its batch is left out; where
    /// the next fails as well, it goes on from the checkpoint before, with other batches. Default: 3.
    /// </summary>
    [Range(0, 1_000)]
    public int MaxRollbacks { get; init; } = 3;

    /// <summary>
    /// float32; or tensorFloat32 or bfloat16, to which GPUs that can may round the factors of products: faster, and less exact. Default:
    /// float32.
    /// </summary>
    public ProductPrecision Precision { get; init; }

    /// <summary>Where the data lie, as far as the recipe says.</summary>
    public abstract DataPlaces Places { get; }

    /// <summary>The full learning rate; of several, that of the network which is shipped.</summary>
    public abstract double LearningRate { get; }

    /// <summary>The same recipe with its data elsewhere.</summary>
    public abstract TrainingRecipe WithPlaces(DataPlaces places);

    /// <summary>
    /// What the training asks of its data, by which they are examined before it. A family whose data are more than folders of pictures, or
    /// whose pictures must be of some size, overrides it.
    /// </summary>
    /// <exception cref="MezzotintException">A file that says what the data mean cannot be read.</exception>
    public virtual DataNeeds Needs() => new() { Train = Places.Train, Validation = Places.Validation };

    /// <summary>The command that puts a model of this recipe to use, for people to read.</summary>
    /// <param name="model">The model's path, as one writes it on a command line.</param>
    public abstract string UseOf(string model);

    /// <summary>
    /// The same recipe with the full paths of everything it names, so that a run can be resumed from anywhere. A family whose recipe names
    /// other files than data and weights to begin with overrides it.
    /// </summary>
    public virtual TrainingRecipe WithFullPaths()
    {
        TrainingRecipe recipe = WithPlaces(
            new DataPlaces([.. Places.Train.Select(Path.GetFullPath)], Places.Validation is { } path ? Path.GetFullPath(path) : null));
        return recipe with { Init = Init is null || ModelLibrary.Names.Contains(Init) ? Init : Path.GetFullPath(Init) };
    }

    /// <summary>A learning rate over this training.</summary>
    /// <param name="learningRate">The full rate; null for <see cref="LearningRate"/>.</param>
    public LearningRateSchedule LearningRates(double? learningRate = null) => new(
        Schedule.Kind, learningRate ?? LearningRate, Steps, Schedule.WarmupSteps, Schedule.Milestones, Schedule.Factor, Schedule.FinalFraction)
    {
        ConstantShare = Schedule.ConstantShare,
    };

    /// <summary>
    /// The same training in another number of steps: milestones keep their places in it, and a warm-up its share, though it never becomes
    /// longer.
    /// </summary>
    public virtual TrainingRecipe Over(int steps)
    {
        double share = (double)steps / Steps;
        long least = 0;
        return this with
        {
            Steps = steps,
            Schedule = Schedule with
            {
                WarmupSteps = (int)(Schedule.WarmupSteps * Math.Min(1, share)),
                Milestones = [.. Schedule.Milestones.Select(milestone => least = Math.Max(least + 1, (long)(milestone * share)))],
            },
        };
    }

    /// <summary>How often this training logs, saves and judges itself.</summary>
    public TrainingIntervals Intervals() => new(Steps, LogEvery, CheckpointEvery, KeepCheckpoints, ValidateEvery, SampleEvery) { MaxRollbacks = MaxRollbacks };

    /// <summary>Writes a model of this recipe, which bears its name and says its seed.</summary>
    internal void WriteModel(string path, NetworkDescription network, IEnumerable<KeyValuePair<string, Variable>> values) => ModelFile.Write(
        path, network, values, new Dictionary<string, string>
        {
            ["mezzotint.name"] = Name,
            ["mezzotint.seed"] = Seed.ToString(CultureInfo.InvariantCulture),
        });

    /// <inheritdoc/>
    public virtual IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Family != _family)
            yield return ("family", $"is {Family}; allowed is {_family}");
        if (Schedule.WarmupSteps > Steps)
            yield return ("schedule.warmupSteps", $"is {Schedule.WarmupSteps}, more than the {Steps} steps of the training");
    }
}
