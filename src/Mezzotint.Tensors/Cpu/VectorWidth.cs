namespace Mezzotint.Tensors.Cpu;

/// <summary>The vector registers that kernels are emitted for; the value is the number of 32-bit lanes.</summary>
public enum VectorWidth
{
    /// <summary>128 bits: SSE or NEON.</summary>
    Bits128 = 4,

    /// <summary>256 bits: AVX2 with FMA.</summary>
    Bits256 = 8,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512 = 16,
}
