using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mezzotint.Imaging.Resampling;

/// <summary>Sixteen neighbouring 8- or 16-bit samples as doubles in four registers, and back.</summary>
internal static class Lanes
{
    public const int Count = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> A, Vector256<double> B, Vector256<double> C, Vector256<double> D) Load<T>(ref T sample)
        where T : unmanaged
    {
        var words = typeof(T) == typeof(byte)
            ? Vector256.WidenLower(Vector128.LoadUnsafe(ref Unsafe.As<T, byte>(ref sample)).ToVector256Unsafe())
            : Vector256.LoadUnsafe(ref Unsafe.As<T, ushort>(ref sample));
        var (low, high) = Vector256.Widen(words);
        // Sixteen bits fit a float exactly, and there are portable conversions along this way.
        var (a, b) = Vector256.Widen(Vector256.ConvertToSingle(low.AsInt32()));
        var (c, d) = Vector256.Widen(Vector256.ConvertToSingle(high.AsInt32()));
        return (a, b, c, d);
    }

    /// <summary>Rounds to the nearest, halves up, within what a sample can hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Round<T>(Vector256<double> value)
        where T : unmanaged =>
        Vector256.Min(
            Vector256.Max(Vector256.Floor(value + Vector256.Create(0.5)), Vector256<double>.Zero), Vector256.Create(Largest<T>()));

    /// <summary>Stores sixteen rounded values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(ref T sample, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        where T : unmanaged
    {
        var low = Vector256.ConvertToInt32Native(Vector256.Narrow(a, b)).AsUInt32();
        var high = Vector256.ConvertToInt32Native(Vector256.Narrow(c, d)).AsUInt32();
        var words = Vector256.Narrow(low, high);
        if (typeof(T) == typeof(byte)) Vector256.Narrow(words, words).GetLower().StoreUnsafe(ref Unsafe.As<T, byte>(ref sample));
        else words.StoreUnsafe(ref Unsafe.As<T, ushort>(ref sample));
    }

    public static double ToDouble<T>(T sample)
        where T : unmanaged => typeof(T) == typeof(byte) ? Unsafe.BitCast<T, byte>(sample) : Unsafe.BitCast<T, ushort>(sample);

    /// <summary>A sample of a value that is already rounded and in range.</summary>
    public static T FromDouble<T>(double value)
        where T : unmanaged => typeof(T) == typeof(byte) ? Unsafe.BitCast<byte, T>((byte)value) : Unsafe.BitCast<ushort, T>((ushort)value);

    public static double RoundOne<T>(double value)
        where T : unmanaged => Math.Clamp(Math.Floor(value + 0.5), 0, Largest<T>());

    private static double Largest<T>()
        where T : unmanaged => typeof(T) == typeof(byte) ? byte.MaxValue : ushort.MaxValue;
}
