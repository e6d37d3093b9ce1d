namespace Mezzotint.Weights.Onnx;

/// <summary>A tensor of fixed numbers.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">What it is called, if no other is.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Extents">Its extents.</param>
/// <param name="Source">The node of the trace that it comes from, or null.</param>
/// <param name="Order">The order of that node's axes, where it has one.</param>
/// <param name="Bytes">Its numbers, where it comes from no node.</param>
internal sealed record OnnxInitializer(
    int Id, string Name, OnnxType Type, long[] Extents, int? Source, int[] Order, ReadOnlyMemory<byte> Bytes);
