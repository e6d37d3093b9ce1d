using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Copies that bring operands into the order in which micro-kernels read them.</summary>
internal static unsafe class Panels
{
    /// <summary>Copies adjacent elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, long count)
    {
        if (count < 16)
        {
            for (long i = 0; i < count; i++) to[i] = from[i];
        }
        else
        {
            Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
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
            int end = Math.Min(rows, top + side);
            for (int column = 0; column < columns; column++)
            {
                float* line = from + column * columnStride;
                float* target = to + column;
                for (int row = top; row < end; row++) target[row * pitch] = line[row * rowStride];
            }
            if (columns == pitch) continue;
            for (int row = top; row < end; row++) new Span<float>(to + row * pitch + columns, (int)pitch - columns).Clear();
        }
    }
}
