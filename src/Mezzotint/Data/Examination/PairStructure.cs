using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>
/// Where in a picture, or a map of classes, its edges are: the root of their mean strength, across and down, in cells of a grid. Pictures of a pair share it
/// wherever one shows what the other does, however differently.
/// </summary>
internal static class PairStructure
{
    private const int Side = 32;

    /// <summary>The structure of a picture, whose edges are differences of samples, or of a map, whose edges are borders of classes.</summary>
    /// <returns>2 x 32 x 32 numbers; null of a picture too small to have them.</returns>
    public static float[]? Of(Picture picture, bool isMap)
    {
        int width = picture.Width, height = picture.Height, channels = picture.Channels, seen = Math.Min(channels, 3), line = width * channels;
        if (width <= Side || height <= Side) return null;
        bool isWide = isMap && picture.BitDepth == 16; // numbers of classes that differ in their lower bits
        byte[] samples = ArrayPool<byte>.Shared.Rent(line * height * (isWide ? 2 : 1));
        int[] columns = [.. Enumerable.Range(0, width - 1).Select(x => (int)((long)x * Side / (width - 1)))];
        var sums = new long[2 * Side * Side];
        if (isWide) picture.CopyTo(MemoryMarshal.Cast<byte, ushort>(samples.AsSpan(0, line * height * 2)));
        else picture.CopyTo(samples.AsSpan(0, line * height));
        for (int y = 0; y + 1 < height; y++)
        {
            Span<long> cells = sums.AsSpan((int)((long)y * Side / (height - 1)) * Side);
            if (isWide)
            {
                ReadOnlySpan<ushort> rows = MemoryMarshal.Cast<byte, ushort>(samples.AsSpan(y * line * 2, 2 * line * 2));
                Add(cells, rows[..line], rows[line..], columns, channels, seen, isMap);
            }
            else
            {
                Add(cells, samples.AsSpan(y * line, line), samples.AsSpan((y + 1) * line, line), columns, channels, seen, isMap);
            }
        }

        ArrayPool<byte>.Shared.Return(samples);
        return [.. sums.Select((sum, i) => (float)Math.Sqrt(sum / (Extent(i / Side % Side, height - 1) * Extent(i % Side, width - 1))))];
    }

    /// <summary>Adds a row's edges to the right, and to the row below it, to their cells.</summary>
    private static void Add<T>(Span<long> cells, ReadOnlySpan<T> row, ReadOnlySpan<T> below, int[] columns, int channels, int seen, bool isMap)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int x = 0, at = 0; x < columns.Length; x++, at += channels)
        {
            int across = 0, down = 0;
            for (int channel = 0; channel < seen; channel++)
            {
                int here = int.CreateTruncating(row[at + channel]);
                across += Math.Abs(here - int.CreateTruncating(row[at + channels + channel]));
                down += Math.Abs(here - int.CreateTruncating(below[at + channel]));
            }

            cells[columns[x]] += isMap ? Math.Min(across, 1) : across;
            cells[(Side * Side) + columns[x]] += isMap ? Math.Min(down, 1) : down;
        }
    }

    /// <summary>How many lines fall into a cell: those i of which i * Side / lines, rounded down, is the cell's number.</summary>
    private static double Extent(int cell, int lines) => First(cell + 1, lines) - First(cell, lines);

    private static long First(int cell, int lines) => (((long)cell * lines) + Side - 1) / Side;
}
