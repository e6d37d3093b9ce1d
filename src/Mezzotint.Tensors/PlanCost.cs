namespace Mezzotint.Tensors;

/// <summary>What a plan will take, known before it runs.</summary>
/// <param name="Operations">Floating-point operations; a multiplication with an addition counts as two.</param>
/// <param name="Bytes">Bytes read and written in memory by all that runs, each operand of each kernel counted once.</param>
/// <param name="PeakBytes">Bytes of memory for everything between the step's inputs and its outputs, at the most.</param>
/// <param name="Kernels">Kernels that run one after the other.</param>
public sealed record PlanCost(long Operations, long Bytes, long PeakBytes, int Kernels);
