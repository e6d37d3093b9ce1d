namespace Mezzotint.Training;

/// <summary>How far a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="StepsPerSecond">The rate of late.</param>
/// <param name="SamplesPerSecond">The same in samples: images, crops, pairs.</param>
/// <param name="Remaining">How long the rest will take at that rate.</param>
/// <param name="Values">The latest figures, by the names that the family gives them: losses, gradient norms.</param>
/// <param name="Score">The latest score on the validation folder, if there has been one.</param>
/// <param name="Best">The best score so far.</param>
/// <param name="Message">Something that has just happened (a checkpoint, a sample), or null.</param>
public sealed record TrainingProgress(
    long Step, long Steps, double StepsPerSecond, double SamplesPerSecond, TimeSpan Remaining, IReadOnlyList<KeyValuePair<string, double>> Values, ValidationScore? Score,
    double? Best, string? Message)
{
    /// <summary>What has gone wrong, each with advice; said once.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
