namespace Mezzotint.Weights.Onnx;

/// <summary>What was written.</summary>
/// <param name="Opset">The version of the operator set that the file is written in.</param>
/// <param name="Dynamic">The axes of the input that are open.</param>
/// <param name="Multiple">What an open height or width is a multiple of, in pixels; 1 for any.</param>
/// <param name="FixedBecause">Why an axis that was asked for is not open, in one sentence; null where all are.</param>
public sealed record OnnxSummary(int Opset, DynamicAxes Dynamic, int Multiple, string? FixedBecause);
