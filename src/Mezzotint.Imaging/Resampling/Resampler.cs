using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mezzotint.Imaging.Resampling;

/// <summary>
/// Two passes, one along each axis, with samples rounded in between and after. Each sum runs over the taps in order, in double
/// precision, with no fused multiply-add, so that the bytes are the same on every machine, and MATLAB's.
/// </summary>
internal static class Resampler
{
    /// <summary>Samples times taps from which a pass is worth more than one thread.</summary>
    private const long ParallelWork = 1 << 24;

    /// <summary>Rows that <see cref="Band"/> takes side by side.</summary>
    public const int Side = 8;

    public static T[] Resize<T>(T[] samples, int width, int height, int channels, int newWidth, int newHeight, ResizeKernel kernel)
        where T : unmanaged
    {
        var across = Contributions.Of(width, newWidth, kernel);
        var down = Contributions.Of(height, newHeight, kernel);
        // The axis that shrinks most goes first; where both scales are equal, the height.
        if ((double)newWidth / width < (double)newHeight / height)
            return Rows(Columns(samples, width, height, channels, across), newWidth, newHeight, channels, down);
        return Columns(Rows(samples, width, newHeight, channels, down), width, newHeight, channels, across);
    }

    /// <summary>Some rows of what <see cref="Resize"/> gives.</summary>
    public static T[] ResizeRows<T>(
        T[] samples, int width, int height, int channels, int newWidth, int newHeight, ResizeKernel kernel, int top, int rows)
        where T : unmanaged
    {
        var across = Contributions.Of(width, newWidth, kernel);
        var down = Contributions.Of(height, newHeight, kernel).Part(top, rows);
        if ((double)newWidth / width >= (double)newHeight / height)
            return Columns(Rows(samples, width, rows, channels, down), width, rows, channels, across);
        var (first, last) = (down.Indices.Min(), down.Indices.Max());
        var row = width * channels;
        var needed = samples[(first * row)..((last + 1) * row)];
        return Rows(Columns(needed, width, last + 1 - first, channels, across), newWidth, rows, channels, down.Shifted(-first));
    }

    /// <summary>Resamples along the height.</summary>
    private static T[] Rows<T>(T[] samples, int width, int newHeight, int channels, Contributions down)
        where T : unmanaged
    {
        var result = new T[checked((long)width * channels * newHeight)];
        Rows(samples, result, width, newHeight, channels, down);
        return result;
    }

    /// <summary>Resamples along the height into memory that is there.</summary>
    public static void Rows<T>(T[] samples, T[] result, int width, int newHeight, int channels, Contributions down)
        where T : unmanaged
    {
        var row = width * channels;
        ForEach(newHeight, (long)row * newHeight * down.Taps, y => Row(samples, result.AsSpan(y * row, row), down, y));
    }

    private static void Row<T>(T[] samples, Span<T> output, Contributions down, int y)
        where T : unmanaged
    {
        var indices = down.Indices.AsSpan(y * down.Taps, down.Taps);
        var weights = down.Weights.AsSpan(y * down.Taps, down.Taps);
        ref var first = ref MemoryMarshal.GetArrayDataReference(samples);
        ref var to = ref MemoryMarshal.GetReference(output);
        var row = output.Length;
        var i = 0;
        for (; i + Lanes.Count <= row; i += Lanes.Count)
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            for (var k = 0; k < indices.Length; k++)
            {
                var weight = Vector256.Create(weights[k]);
                var (p, q, r, s) = Lanes.Load(ref Unsafe.Add(ref first, ((nint)indices[k] * row) + i));
                a += weight * p;
                b += weight * q;
                c += weight * r;
                d += weight * s;
            }

            Lanes.Store(ref Unsafe.Add(ref to, i), Lanes.Round<T>(a), Lanes.Round<T>(b), Lanes.Round<T>(c), Lanes.Round<T>(d));
        }

        for (; i < row; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < indices.Length; k++) sum += weights[k] * Lanes.ToDouble(samples[(indices[k] * row) + i]);
            output[i] = Lanes.FromDouble<T>(Lanes.RoundOne<T>(sum));
        }
    }

    /// <summary>Resamples along the width.</summary>
    private static T[] Columns<T>(T[] samples, int width, int height, int channels, Contributions across)
        where T : unmanaged
    {
        var result = new T[checked((long)across.Outputs * channels * height)];
        Columns(samples, result, width, height, channels, across);
        return result;
    }

    /// <summary>Resamples along the width into memory that is there.</summary>
    public static void Columns<T>(T[] samples, T[] result, int width, int height, int channels, Contributions across)
        where T : unmanaged
    {
        var bands = (height + Side - 1) / Side;
        ForEach(bands, (long)across.Outputs * channels * height * across.Taps, band =>
            Band(samples, result, width, channels, across, band * Side, Math.Min(Side, height - (band * Side))));
    }

    /// <summary>
    /// Resamples a few rows at once. Their samples are laid side by side, so that one register holds the same column of all of them and
    /// neither the number of channels nor the mirrored edges matter to the inner loop.
    /// </summary>
    private static void Band<T>(T[] samples, T[] result, int width, int channels, Contributions across, int top, int rows)
        where T : unmanaged
    {
        var (row, newRow) = (width * channels, across.Outputs * channels);
        var columns = ArrayPool<double>.Shared.Rent(row * Side);
        for (var r = 0; r < rows; r++)
        {
            var from = samples.AsSpan((top + r) * row, row);
            for (var i = 0; i < from.Length; i++) columns[(i * Side) + r] = Lanes.ToDouble(from[i]);
        }

        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        Span<double> rounded = stackalloc double[Side];
        var taps = across.Taps;
        for (var x = 0; x < across.Outputs; x++)
        {
            var indices = across.Indices.AsSpan(x * taps, taps);
            var weights = across.Weights.AsSpan(x * taps, taps);
            for (var c = 0; c < channels; c++)
            {
                Vector256<double> low = default, high = default;
                for (var k = 0; k < indices.Length; k++)
                {
                    var weight = Vector256.Create(weights[k]);
                    var at = (nuint)(((indices[k] * channels) + c) * Side);
                    low += weight * Vector256.LoadUnsafe(ref column, at);
                    high += weight * Vector256.LoadUnsafe(ref column, at + 4);
                }

                Lanes.Round<T>(low).CopyTo(rounded);
                Lanes.Round<T>(high).CopyTo(rounded[4..]);
                var to = (top * newRow) + (x * channels) + c;
                for (var r = 0; r < rows; r++, to += newRow) result[to] = Lanes.FromDouble<T>(rounded[r]);
            }
        }

        ArrayPool<double>.Shared.Return(columns);
    }

    private static void ForEach(int count, long work, Action<int> action)
    {
        if (work < ParallelWork)
            for (var i = 0; i < count; i++) action(i);
        else
            Parallel.For(0, count, action);
    }
}
