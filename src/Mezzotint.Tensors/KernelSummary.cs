namespace Mezzotint.Tensors;

/// <summary>One kernel of a plan, for people to read.</summary>
/// <param name="Operation">What it computes: <c>conv2d</c>, or <c>loop</c> for elementwise work, reductions and moves.</param>
/// <param name="Layer">The layer it was written in, or null.</param>
/// <param name="Output">The shape of its result, or of the box it loops over.</param>
/// <param name="Algorithm">How it is computed: <c>direct</c>, <c>Winograd F(4x4, 3x3)</c>; null where there is one way only.</param>
/// <param name="Fused">Operations of other nodes that it does on the way: biases, activations, moves.</param>
/// <param name="Operations">Floating-point operations of its heavy part; 0 for loops.</param>
/// <param name="Bytes">Bytes read and written in memory, each operand counted once.</param>
public sealed record KernelSummary(string Operation, string? Layer, Shape Output, string? Algorithm, int Fused, long Operations, long Bytes);
