namespace Mezzotint.Weights.Onnx;

/// <summary>A network cannot be written as ONNX: it holds something that has no translation.</summary>
public sealed class OnnxExportException(string message, Exception? cause = null) : MezzotintException(message, cause);
