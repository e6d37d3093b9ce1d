namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// What stands before every kernel: the elementwise functions as <see cref="Tensors.Ops.UnaryFunction"/> and its kin define them. Each
/// hands a NaN on.
/// </summary>
internal static class Prelude
{
    /// <summary>The threads of a block, in every kernel.</summary>
    public const int Threads = 256;

    /// <summary>The text.</summary>
    public const string Code =
        """
        #define MZ static __device__ __forceinline__
        #define MZ_UNROLL _Pragma("unroll")
        MZ float mz_maximum(float a, float b) { return a != a ? a : (a <= b || b != b) ? b : a; }
        MZ float mz_minimum(float a, float b) { return a != a ? a : (a >= b || b != b) ? b : a; }
        MZ float mz_power(float a, float b) { return a >= 0.0f && b == b ? powf(a, b) : __int_as_float(0x7fc00000); }
        MZ float mz_sign(float a) { return a > 0.0f ? 1.0f : a < 0.0f ? -1.0f : a; }
        MZ float mz_rectify(float a) { return a <= 0.0f ? 0.0f : a; }
        MZ float mz_sigmoid(float a) { return 1.0f / (1.0f + expf(-a)); }
        MZ float mz_to_integer(float a) { return a != a ? 0.0f : __int_as_float(a >= 2147483648.0f ? 2147483647 : a <= -2147483648.0f ? (-2147483647 - 1) : (int)a); }
        MZ float mz_to_float(float a) { return (float)__float_as_int(a); }
        MZ unsigned mz_bfloat16(float a) { const unsigned w = (unsigned)__float_as_int(a); return a != a ? w >> 16 | 64u : (w + 32767u + (w >> 16 & 1u)) >> 16; }
        MZ bool mz_is_finite(float a) { return (__float_as_int(a) & 0x7f800000) != 0x7f800000; }

        """;
}
