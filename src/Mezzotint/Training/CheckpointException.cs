namespace Mezzotint.Training;

/// <summary>A checkpoint or a run's folder is not what it should be.</summary>
public sealed class CheckpointException(string message, Exception? cause = null) : MezzotintException(message, cause);
