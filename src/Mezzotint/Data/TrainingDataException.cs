namespace Mezzotint.Data;

/// <summary>The data to learn from is missing, broken, or too little.</summary>
public sealed class TrainingDataException(string message, Exception? cause = null) : MezzotintException(message, cause);
