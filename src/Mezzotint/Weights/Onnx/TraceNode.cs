using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <summary>One operation of a network, as it is at each of several input sizes.</summary>
/// <param name="Ops">The operation at each size: of one kind, but attributes may differ.</param>
/// <param name="Inputs">Numbers of earlier nodes.</param>
/// <param name="Shape">The extents, N,H,W,C for images.</param>
/// <param name="First">The tensor at the first size.</param>
/// <param name="IsConstant">Whether it depends on no input.</param>
/// <param name="IsFixed">Whether it and all it depends on are the same at every size.</param>
internal sealed record TraceNode(Op[] Ops, int[] Inputs, Extent[] Shape, Tensor First, bool IsConstant, bool IsFixed)
{
    public Op Op => Ops[0];

    /// <summary>The node as messages call it.</summary>
    public string Title => First.Scope is null ? $"'{Op.Name}'" : $"'{Op.Name}' in '{First.Scope}'";
}
