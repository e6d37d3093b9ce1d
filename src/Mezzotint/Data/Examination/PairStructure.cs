using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>
/// Where in a picture, or a map of classes, its edges are: the root of their mean strength, across and down, in cells of a grid. Pictures
/// of a pair share it wherever one shows what the other does, however differently.
/// </summary>
internal static class PairStructure
{
    private const int Side = 32, RowsOfCell = 2; // of which the mean strength in a cell is taken; more say little more

    /// <summary>
    /// The structure of a picture, whose edges are differences of samples, or of a map, whose edges are borders of classes.
    /// </summary>
    /// <returns>2 x 32 x 32 numbers; null of a picture too small to have them.</returns>
    public static float[]? Of(Picture picture, bool isMap)
    {
        int width = picture.Width, height = picture.Height, channels = picture.Channels, seen = Math.Min(channels, 3), line = width * channels;
        if (width <= Side || height <= Side) return null;
        bool isWide = isMap && picture.BitDepth == 16; // numbers of classes that differ in their lower bits
        byte[] samples = ArrayPool<byte>.Shared.Rent(line * height * (isWide ? 2 : 1));
        int[] ends = [.. Enumerable.Range(1, Side).Select(cell => (int)First(cell, width - 1))];
        var sums = new long[2 * Side * Side];
        if (isWide) picture.CopyTo(MemoryMarshal.Cast<byte, ushort>(samples.AsSpan(0, line * height * 2)));
        else picture.CopyTo(samples.AsSpan(0, line * height));
        var rowsOf = new int[Side];
        for (int y = 0; y + 1 < height; y += Math.Max(1, (height - 1) / (Side * RowsOfCell)))
        {
            int cell = (int)((long)y * Side / (height - 1));
            Span<long> cells = sums.AsSpan(cell * Side);
            rowsOf[cell]++;
            if (isWide)
            {
                ReadOnlySpan<ushort> rows = MemoryMarshal.Cast<byte, ushort>(samples.AsSpan(y * line * 2, 2 * line * 2));
                Add(cells, rows[..line], rows[line..], ends, channels, seen, isMap);
            }
            else
            {
                Add(cells, samples.AsSpan(y * line, line), samples.AsSpan((y + 1) * line, line), ends, channels, seen, isMap);
            }
        }

        ArrayPool<byte>.Shared.Return(samples);
        return [.. sums.Select((sum, i) => (float)Math.Sqrt(sum / ((double)rowsOf[i / Side % Side] * (First(i % Side + 1, width - 1) - First(i % Side, width - 1)))))];
    }

    /// <summary>Adds a row's edges to the right, and to the row below it, to their cells.</summary>
    private static void Add<T>(Span<long> cells, ReadOnlySpan<T> row, ReadOnlySpan<T> below, int[] ends, int channels, int seen, bool isMap)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int column = 0, at = 0; column < Side; column++)
        {
            long across = 0, down = 0;
            for (int end = ends[column] * channels; at < end; at += channels)
            {
                int right = 0, under = 0;
                for (int channel = at; channel < at + seen; channel++)
                {
                    int here = int.CreateTruncating(row[channel]);
                    right += Math.Abs(here - int.CreateTruncating(row[channel + channels]));
                    under += Math.Abs(here - int.CreateTruncating(below[channel]));
                }

                across += isMap ? Math.Min(right, 1) : right;
                down += isMap ? Math.Min(under, 1) : under;
            }

            cells[column] += across;
            cells[(Side * Side) + column] += down;
        }
    }

    /// <summary>
    /// The first of so many columns that lies in a cell: those x do of which x * Side / columns, rounded down, is its number.
    /// </summary>
    private static long First(int cell, int columns) => (((long)cell * columns) + Side - 1) / Side;
}
