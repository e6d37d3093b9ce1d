using Mezzotint.Data;

namespace Mezzotint.Training;

/// <summary>How a training is opened, and who is told what.</summary>
/// <param name="Begins"> Whether the training is at its beginning, and the weights of the recipe's <c>init</c> are read; when it is resumed
/// from a checkpoint they are not needed.
/// </param>
public sealed record TrainingOpening(bool Begins = true)
{
    /// <summary>Told, in a sentence, what a person should know: which weights the training begins with, say.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Told of each file that is left out.</summary>
    public Action<SkippedFile> LeftOut { get; init; } = _ => { };
}
