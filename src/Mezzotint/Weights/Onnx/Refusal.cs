namespace Mezzotint.Weights.Onnx;

/// <summary>
/// Something in a network has no translation, or none that serves every size; the message is a clause without a full stop.
/// </summary>
internal sealed class Refusal(string message, Exception? cause = null) : Exception(message, cause);
