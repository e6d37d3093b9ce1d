using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>One step of a training as tensors.</summary>
/// <param name="Step">Its outputs, single numbers, and its updates.</param>
/// <param name="OutputNames">What the outputs are called in the metrics, in their order: <c>loss</c>, <c>gradient_norm</c>.</param>
public sealed record TrainingStep(Step Step, IReadOnlyList<string> OutputNames);
