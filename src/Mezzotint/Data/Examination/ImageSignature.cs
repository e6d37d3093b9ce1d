using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>
/// What a picture's pixels are like, in few bytes: a digest that equal pixels alone share; the brightness of a grid of 16x16 cells; and a
/// hash of that grid's low frequencies (signs of its cosine transform about their median, as in pHash; Zauner 2010), of which recompressed
/// and rescaled pictures share nearly all bits.
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
        double[] light = new double[Side * Side], colour = new double[Side * Side], lights = new double[width + 1], colours = new double[width + 1];
        for (int y = 0; y < height; y++)
        {
            // Sums from the left, of which those between any two places are differences: cells take their share of the pixels they cut.
            ReadOnlySpan<byte> line = samples.Slice(y * width * channels, width * channels);
            for (int x = 0, at = 0; x < width; x++, at += channels)
            {
                bool isGrey = channels < 3;
                int red = line[at], green = isGrey ? red : line[at + 1], blue = isGrey ? red : line[at + 2];
                lights[x + 1] = lights[x] + (0.299 * red) + (0.587 * green) + (0.114 * blue);
                colours[x + 1] = colours[x] + Math.Abs(red - green) + Math.Abs(green - blue);
            }

            double top = (double)y * Side / height, bottom = (y + 1.0) * Side / height;
            for (int row = (int)top; row < Side && row < bottom; row++)
            {
                double share = (Math.Min(bottom, row + 1) - Math.Max(top, row)) / width * Side;
                for (int column = 0; column < Side; column++)
                {
                    light[row * Side + column] += share * Between(lights, column, width);
                    colour[row * Side + column] += share * Between(colours, column, width);
                }
            }
        }

        byte[] grid = [.. light.Select(value => (byte)Math.Clamp(Math.Round(value), 0, byte.MaxValue))];
        bool grey = colour.All(value => value <= GreyTolerance);
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

    /// <summary>What of a line lies in a column of cells.</summary>
    private static double Between(double[] sums, int column, int width) =>
        UpTo(sums, (column + 1.0) * width / Side) - UpTo(sums, (double)column * width / Side);

    private static double UpTo(double[] sums, double place)
    {
        int whole = Math.Min((int)place, sums.Length - 2);
        return sums[whole] + ((place - whole) * (sums[whole + 1] - sums[whole]));
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
