using System.Text.Json.Serialization;

namespace Mezzotint.Training;

/// <summary>What a checkpoint holds besides arrays: with them, everything a training needs to go on as if it had never stopped.</summary>
public sealed record TrainingState
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>The recipe's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Samples drawn so far, those of batches that were left out included: the whole state of the sampler.</summary>
    public required long SampleCursor { get; init; }

    /// <summary>What the data was, so that a resumed training notices a lost or added file.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>The best validation score so far, in decibels; null before the first.</summary>
    public double? BestScore { get; init; }

    /// <summary>The step that reached it.</summary>
    public long? BestStep { get; init; }

    /// <summary>Lanes of 32 bits in the vectors that computed it: another width gives other last bits.</summary>
    public int VectorWidth { get; init; }

    /// <summary>
    /// The outputs of the last step, where the training was stopped before what follows a step was done: validation, sample, line of
    /// metrics. A resumed training does that first. Null where nothing is left to do.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Unfinished { get; init; }

    /// <summary>How often the training has been rolled back because numbers were not finite.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Rollbacks { get; init; }

    /// <summary>Batches that were drawn and are not in what has been learned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SkippedBatches { get; init; }

    /// <summary>The step that was last to give numbers that are not finite, whose batch was left out; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FailedStep { get; init; }

    /// <summary>Seconds trained, over all sittings.</summary>
    public double ElapsedSeconds { get; init; }
}
