namespace Mezzotint.Bench;

/// <summary>The most that our time should be, as a part of a peer's; null where nothing is aimed at.</summary>
/// <param name="OnnxRuntime">Of ONNX Runtime's.</param>
/// <param name="PyTorch">Of PyTorch's.</param>
internal readonly record struct Aim(double? OnnxRuntime, double? PyTorch);
