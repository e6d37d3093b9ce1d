using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>What one instruction of a loop body does.</summary>
internal enum Opcode
{
    /// <summary>The number 0.</summary>
    Zero,

    /// <summary>The element of the operand <see cref="Instruction.A"/>.</summary>
    Load,

    /// <summary>Writes value A to the operand B; for an operand that is a sum or a maximum, accumulates it there.</summary>
    Store,

    /// <summary>Applies the unary function <see cref="Instruction.Function"/> to value A.</summary>
    Unary,

    /// <summary>Applies the binary function to values A and B.</summary>
    Binary,

    /// <summary>1 where the comparison of A with B holds, else 0.</summary>
    Compare,

    /// <summary>Value B where value A is not 0, else value C.</summary>
    Select,

    /// <summary>The 32-bit integer whose bits value A carries, as a float.</summary>
    IntegerToFloat,

    /// <summary>Value A truncated towards zero to a 32-bit integer, its bits carried as a float.</summary>
    FloatToInteger,
}

/// <summary>
/// One instruction. Its result is named by its own index in the body; A, B and C name earlier results, except for the operand of a load (A)
/// and of a store (B). <see cref="Function"/> is a <see cref="UnaryFunction"/>, <see cref="BinaryFunction"/> or <see cref="Comparison"/>.
/// </summary>
internal readonly record struct Instruction(Opcode Code, int A, int B = -1, int C = -1, int Function = -1);

/// <summary>
/// What is computed at one point of a loop nest: straight-line instructions with no addressing, so that the same body serves plain loops,
/// reductions and the epilogues of convolution and matrix product. Bodies are equal when their instructions are.
/// </summary>
internal sealed class LoopBody(Instruction[] code) : IEquatable<LoopBody>
{
    public ReadOnlySpan<Instruction> Code => code;

    public bool Equals(LoopBody? other) => other is not null && Code.SequenceEqual(other.Code);

    public override bool Equals(object? obj) => Equals(obj as LoopBody);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Instruction instruction in code) hash.Add(instruction);
        return hash.ToHashCode();
    }
}
