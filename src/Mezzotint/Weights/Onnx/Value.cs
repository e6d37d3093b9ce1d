namespace Mezzotint.Weights.Onnx;

/// <summary>
/// A tensor of the ONNX graph that stands for one of ours. Its axes may lie in another order, so that images are N,C,H,W; and where ours
/// repeats
/// one number along an axis, it may have extent 1 there or lack the axis, until an operation needs the repetition made.
/// </summary>
/// <param name="Id">The tensor in the graph being built.</param>
/// <param name="Axes">For each of its axes, the axis of ours.</param>
/// <param name="Extents">For each of its axes, the extent.</param>
/// <param name="Constant">The node of the trace whose numbers it holds in another order, or null.</param>
internal sealed record Value(int Id, int[] Axes, Extent[] Extents, int? Constant = null);
