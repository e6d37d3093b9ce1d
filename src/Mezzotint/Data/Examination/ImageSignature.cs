using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>
/// What a picture's pixels are like, in few bytes: a digest that equal pixels alone share; the brightness of a grid of 16x16 cells; and a hash of that
/// grid's low frequencies (signs of its cosine transform about their median, as in pHash; Zauner 2010), of which recompressed and rescaled pictures
/// share nearly all bits.
/// </summary>
internal sealed class ImageSignature
{
    /// <summary>Cells of the grid, each way.</summary>
    public const int Side = 16;

    private const int Frequencies = 8;
    private const double GreyTolerance = 2; // of 255: what a colour JPEG makes of grey

    private static readonly double[] Cosines =
        [.. Enumerable.Range(0, Frequencies * Side).Select(i => Math.Cos(Math.PI * (i / Side) * ((i % Side) + 0.5) / Side))];

    private readonly byte[] _grid;

    private ImageSignature(UInt128 digest, byte[] grid, double aspect, bool grey)
    {
        (Digest, _grid, Aspect, IsGrey) = (digest, grid, aspect, grey);
        Mean = grid.Average(value => (double)value);
        Contrast = Math.Sqrt(grid.Average(value => (value - Mean) * (value - Mean)));
        Hash = HashOf(grid);
    }

    /// <summary>Half of the SHA-256 of the size and the samples.</summary>
    public UInt128 Digest { get; }

    /// <summary>The hash of low frequencies.</summary>
    public ulong Hash { get; }

    /// <summary>The mean of the grid's cells, in steps of 8 bits.</summary>
    public double Mean { get; }

    /// <summary>The deviation of the grid's cells, in steps of 8 bits.</summary>
    public double Contrast { get; }

    /// <summary>Width over height.</summary>
    public double Aspect { get; }

    /// <summary>Whether there is no colour in it, however it is stored.</summary>
    public bool IsGrey { get; }

    /// <summary>The signature of a picture. Alpha is part of the digest alone.</summary>
    public static ImageSignature Of(Picture picture)
    {
        int samples = picture.Width * picture.Height * picture.Channels;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(samples);
        try
        {
            picture.CopyTo(bytes.AsSpan(0, samples));
            UInt128? digest = null;
            if (picture.BitDepth == 16)
            {
                ushort[] wide = ArrayPool<ushort>.Shared.Rent(samples);
                picture.CopyTo(wide.AsSpan(0, samples));
                digest = DigestOf(MemoryMarshal.AsBytes(wide.AsSpan(0, samples)), picture.Width, picture.Height, picture.Channels);
                ArrayPool<ushort>.Shared.Return(wide);
            }

            return Of(bytes.AsSpan(0, samples), picture.Width, picture.Height, picture.Channels, digest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The signature of samples of 8 bits.</summary>
    /// <param name="samples">height x width x channels values, interleaved; of three channels and more the first three are colours.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples a pixel.</param>
    /// <param name="digest">Their digest, where it is of more than 8 bits.</param>
    public static ImageSignature Of(ReadOnlySpan<byte> samples, int width, int height, int channels, UInt128? digest = null)
    {
        var grid = new byte[Side * Side];
        bool grey = true;
        for (int row = 0; row < Side; row++)
        {
            (int top, int bottom) = Cell(row, height);
            for (int column = 0; column < Side; column++)
            {
                (int left, int right) = Cell(column, width);
                long light = 0, colour = 0, count = (long)(right - left) * (bottom - top);
                for (int y = top; y < bottom; y++)
                {
                    ReadOnlySpan<byte> line = samples.Slice((y * width + left) * channels, (right - left) * channels);
                    for (int at = 0; at < line.Length; at += channels)
                    {
                        if (channels < 3)
                        {
                            light += 1000 * line[at];
                            continue;
                        }

                        int red = line[at], green = line[at + 1], blue = line[at + 2];
                        light += 299 * red + 587 * green + 114 * blue;
                        colour += Math.Abs(red - green) + Math.Abs(green - blue);
                    }
                }

                grid[row * Side + column] = (byte)((light + 500 * count) / (1000 * count));
                grey &= colour <= GreyTolerance * count;
            }
        }

        return new ImageSignature(digest ?? DigestOf(samples, width, height, channels), grid, (double)width / height, grey);
    }

    /// <summary>The root of the mean squared difference of two grids, in steps of 8 bits.</summary>
    public double DifferenceTo(ImageSignature other)
    {
        int sum = 0;
        for (int i = 0; i < _grid.Length; i++)
        {
            int apart = _grid[i] - other._grid[i];
            sum += apart * apart;
        }

        return Math.Sqrt(sum / (double)_grid.Length);
    }

    /// <summary>The pixels of a cell: those that lie in it, and at least one.</summary>
    private static (int Start, int End) Cell(int index, int extent)
    {
        int start = (int)((long)index * extent / Side);
        return (start, Math.Max(start + 1, (int)((index + 1L) * extent / Side)));
    }

    private static UInt128 DigestOf(ReadOnlySpan<byte> samples, int width, int height, int channels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[3 * sizeof(int)], digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(size, width);
        BinaryPrimitives.WriteInt32LittleEndian(size[sizeof(int)..], height);
        BinaryPrimitives.WriteInt32LittleEndian(size[(2 * sizeof(int))..], channels);
        hash.AppendData(size);
        hash.AppendData(samples);
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    private static ulong HashOf(byte[] grid)
    {
        Span<double> rows = stackalloc double[Side * Frequencies], values = stackalloc double[Frequencies * Frequencies];
        for (int y = 0; y < Side; y++)
        {
            for (int u = 0; u < Frequencies; u++)
            {
                double sum = 0;
                for (int x = 0; x < Side; x++) sum += grid[y * Side + x] * Cosines[u * Side + x];
                rows[y * Frequencies + u] = sum;
            }
        }

        for (int v = 0; v < Frequencies; v++)
        {
            for (int u = 0; u < Frequencies; u++)
            {
                double sum = 0;
                for (int y = 0; y < Side; y++) sum += rows[y * Frequencies + u] * Cosines[v * Side + y];
                values[v * Frequencies + u] = sum;
            }
        }

        Span<double> sorted = stackalloc double[values.Length - 1]; // without the mean, which says nothing of what is seen
        values[1..].CopyTo(sorted);
        sorted.Sort();
        double median = sorted[sorted.Length / 2];
        ulong hash = 0;
        for (int i = 1; i < values.Length; i++)
            if (values[i] > median) hash |= 1UL << i;
        return hash;
    }
}
