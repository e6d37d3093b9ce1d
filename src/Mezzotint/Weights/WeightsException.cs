namespace Mezzotint.Weights;

/// <summary>A weights file is not what it should be: broken, hostile, or of a kind that is not read.</summary>
public sealed class WeightsException(string message, Exception? cause = null) : MezzotintException(message, cause);
