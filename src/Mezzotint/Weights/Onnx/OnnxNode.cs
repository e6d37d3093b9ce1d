namespace Mezzotint.Weights.Onnx;

/// <summary>A node of the ONNX graph; its tensors are numbers until the end, when what is used gets names.</summary>
/// <param name="Type">The operator.</param>
/// <param name="Inputs">Numbers of tensors; <see cref="GraphBuilder.Absent"/> where an optional one is left out.</param>
/// <param name="Output">The number of its tensor.</param>
/// <param name="Scope">The layer, or null.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record OnnxNode(string Type, int[] Inputs, int Output, string? Scope, OnnxAttribute[] Attributes);
