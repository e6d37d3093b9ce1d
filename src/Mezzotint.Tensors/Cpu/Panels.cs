using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Copies that bring operands into the order in which micro-kernels read them.</summary>
internal static unsafe class Panels
{
    /// <summary>Copies adjacent elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, long count)
    {
        if (count >= 64)
        {
            Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
        }
        else if (count >= 8)
        {
            // The last vector may overlap the one before.
            for (long i = 0; i < count - 8; i += 8) Vector256.Load(from + i).Store(to + i);
            Vector256.Load(from + count - 8).Store(to + count - 8);
        }
        else if (count >= 4)
        {
            Vector128<float> last = Vector128.Load(from + count - 4);
            Vector128.Load(from).Store(to);
            last.Store(to + count - 4);
        }
        else
        {
            for (long i = 0; i < count; i++) to[i] = from[i];
        }
    }

    /// <summary>
    /// Adds up some runs of numbers that lie <paramref name="pitch"/> apart: run by run, so that memory is read in order; a part at a time,
    /// so that the result stays in cache.
    /// </summary>
    public static void AddUp(float* runs, long pitch, int count, float* result, long length)
    {
        const int part = 1024;
        for (long start = 0; start < length; start += part)
        {
            int here = (int)Math.Min(part, length - start);
            Copy(runs + start, result + start, here);
            for (int run = 1; run < count; run++) Add(runs + run * pitch + start, result + start, here);
        }
    }

    /// <summary>Copies a strided matrix to rows <paramref name="pitch"/> apart, zeros behind the last column.</summary>
    public static void Pack(float* from, long rowStride, long columnStride, int rows, int columns, float* to, long pitch)
    {
        if (columnStride == 1)
        {
            for (int row = 0; row < rows; row++)
            {
                float* line = to + row * pitch;
                Copy(from + row * rowStride, line, columns);
                if (columns < pitch) new Span<float>(line + columns, (int)pitch - columns).Clear();
            }
            return;
        }
        // In squares that stay in the first-level cache while they are turned over.
        const int side = 64;
        for (int top = 0; top < rows; top += side)
        {
            int end = Math.Min(rows, top + side), turned = 0;
            if (rowStride == 1 && Avx.IsSupported)
            {
                int whole = top + (end - top) / 8 * 8;
                for (; turned + 8 <= columns; turned += 8)
                {
                    float* square = from + turned * columnStride;
                    for (int row = top; row < whole; row += 8) Turn(square + row, columnStride, to + row * pitch + turned, pitch);
                    for (int row = whole; row < end; row++)
                    {
                        for (int column = turned; column < turned + 8; column++)
                            to[row * pitch + column] = from[column * columnStride + row];
                    }
                }
            }
            for (int column = turned; column < columns; column++)
            {
                float* line = from + column * columnStride;
                float* target = to + column;
                for (int row = top; row < end; row++) target[row * pitch] = line[row * rowStride];
            }
            if (columns == pitch) continue;
            for (int row = top; row < end; row++) new Span<float>(to + row * pitch + columns, (int)pitch - columns).Clear();
        }
    }

    private static void Add(float* from, float* to, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8) (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
        for (; i < count; i++) to[i] += from[i];
    }

    /// <summary>Transposes a square of 8 by 8 elements.</summary>
    private static void Turn(float* from, long fromPitch, float* to, long toPitch)
    {
        Vector256<float> a = Avx.LoadVector256(from), b = Avx.LoadVector256(from + fromPitch);
        Vector256<float> c = Avx.LoadVector256(from + 2 * fromPitch), d = Avx.LoadVector256(from + 3 * fromPitch);
        Vector256<float> e = Avx.LoadVector256(from + 4 * fromPitch), f = Avx.LoadVector256(from + 5 * fromPitch);
        Vector256<float> g = Avx.LoadVector256(from + 6 * fromPitch), h = Avx.LoadVector256(from + 7 * fromPitch);
        Quarter(a, b, c, d, out Vector256<float> ad0, out Vector256<float> ad1, out Vector256<float> ad2, out Vector256<float> ad3);
        Quarter(e, f, g, h, out Vector256<float> eh0, out Vector256<float> eh1, out Vector256<float> eh2, out Vector256<float> eh3);
        Avx.Permute2x128(ad0, eh0, 0x20).Store(to);
        Avx.Permute2x128(ad1, eh1, 0x20).Store(to + toPitch);
        Avx.Permute2x128(ad2, eh2, 0x20).Store(to + 2 * toPitch);
        Avx.Permute2x128(ad3, eh3, 0x20).Store(to + 3 * toPitch);
        Avx.Permute2x128(ad0, eh0, 0x31).Store(to + 4 * toPitch);
        Avx.Permute2x128(ad1, eh1, 0x31).Store(to + 5 * toPitch);
        Avx.Permute2x128(ad2, eh2, 0x31).Store(to + 6 * toPitch);
        Avx.Permute2x128(ad3, eh3, 0x31).Store(to + 7 * toPitch);
    }

    /// <summary>Transposes four rows within each half of their vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
        out Vector256<float> first, out Vector256<float> second, out Vector256<float> third, out Vector256<float> fourth)
    {
        Vector256<float> abLow = Avx.UnpackLow(a, b), abHigh = Avx.UnpackHigh(a, b);
        Vector256<float> cdLow = Avx.UnpackLow(c, d), cdHigh = Avx.UnpackHigh(c, d);
        first = Avx.Shuffle(abLow, cdLow, 0x44);
        second = Avx.Shuffle(abLow, cdLow, 0xEE);
        third = Avx.Shuffle(abHigh, cdHigh, 0x44);
        fourth = Avx.Shuffle(abHigh, cdHigh, 0xEE);
    }
}
