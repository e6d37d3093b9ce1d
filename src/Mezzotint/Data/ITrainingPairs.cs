namespace Mezzotint.Data;

/// <summary>Photographs with their low-resolution versions, by number.</summary>
public interface ITrainingPairs
{
    /// <summary>How many there are; does not change.</summary>
    int Count { get; }

    /// <summary>How many times larger, each way, the truth is.</summary>
    int Scale { get; }

    /// <summary>One of them, or null where it turns out unusable. Which are is a property of the data and the same each time.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="TrainingDataException">Too many are unusable.</exception>
    TrainingPair? Get(int index);
}
