namespace Mezzotint.Training;

/// <summary>A training cannot go on.</summary>
public sealed class TrainingException(string message, Exception? cause = null) : MezzotintException(message, cause);
