using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Sums and maxima across the lanes of a vector, halving it until one lane is left. Called once a row, by emitted code.</summary>
internal static class AcrossLanes
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Vector512<float> v) => Fold(v.GetLower() + v.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Vector256<float> v) => Fold(v);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Vector128<float> v) => Fold(v);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Vector512<float> v) => FoldMaximum(Vector256.Max(v.GetLower(), v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Vector256<float> v) => FoldMaximum(v);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Vector128<float> v) => FoldMaximum(v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(Vector256<float> v) => Fold(v.GetLower() + v.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fold(Vector128<float> v)
    {
        Vector128<float> pairs = v + Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1));
        return pairs.GetElement(0) + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float FoldMaximum(Vector256<float> v) => FoldMaximum(Vector128.Max(v.GetLower(), v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float FoldMaximum(Vector128<float> v)
    {
        Vector128<float> pairs = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(pairs.GetElement(0), pairs.GetElement(1));
    }
}
