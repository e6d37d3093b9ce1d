namespace Mezzotint.Evaluation;

/// <summary>An evaluation was asked for that cannot be made: pictures are missing, or do not match.</summary>
public sealed class EvaluationException(string message, Exception? cause = null) : MezzotintException(message, cause);
