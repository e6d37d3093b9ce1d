namespace Mezzotint.Tensors.Planning;

/// <summary>What a loop nest does with an operand.</summary>
internal enum Access
{
    Read,
    Write,

    /// <summary>The operand receives the sum over the axes along which its stride is 0.</summary>
    Sum,

    /// <summary>The operand receives the maximum over the axes along which its stride is 0.</summary>
    Maximum,
}

/// <summary>
/// One operand of a nest: how far, in 4-byte elements, a step along each axis moves in it (0: broadcast, or reduced; may be negative).
/// </summary>
internal sealed record LoopOperand(Access Access, long[] Strides);

/// <summary>
/// A loop body over a box of points. All reduced operands of a nest reduce over the same axes. Operands do not overlap, except that a
/// written operand may be the very memory of a read one with the same strides (an update in place).
/// </summary>
/// <param name="Body">What happens at each point.</param>
/// <param name="Extents">The box, outermost axis first.</param>
/// <param name="Operands">The operands, by the numbers the body uses.</param>
internal sealed record LoopNest(LoopBody Body, int[] Extents, LoopOperand[] Operands);
