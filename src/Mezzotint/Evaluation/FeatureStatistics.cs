using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mezzotint.Evaluation;

/// <summary>
/// The mean and the covariance of features, gathered as they come, in double precision: the memory does not grow with their number.
/// </summary>
/// <param name="size">Numbers of a feature vector.</param>
public sealed class FeatureStatistics(int size)
{
    // Sums are of differences to the first vector, so that a mean that is large beside the deviations costs no digits.
    private readonly double[] _origin = new double[size];
    private readonly double[] _sum = new double[size];
    private readonly double[] _products = new double[size * size];
    private readonly double[] _difference = new double[size];

    /// <summary>Numbers of a feature vector.</summary>
    public int Size { get; } = size;

    /// <summary>How many vectors were added.</summary>
    public long Count { get; private set; }

    /// <summary>The mean of each number; zeros without vectors.</summary>
    public double[] Mean => [.. _sum.Select((sum, i) => _origin[i] + sum / Math.Max(1, Count))];

    /// <summary>Adds vectors.</summary>
    /// <param name="rows">One after the other, <see cref="Size"/> numbers each.</param>
    /// <exception cref="ArgumentException">They are not whole vectors.</exception>
    /// <exception cref="EvaluationException">A number is not finite.</exception>
    public void Add(ReadOnlySpan<float> rows)
    {
        if (rows.Length % Size != 0) throw new ArgumentException($"{rows.Length} numbers are no whole vectors of {Size}.", nameof(rows));
        for (; rows.Length > 0; rows = rows[Size..])
        {
            for (int i = 0; i < Size; i++)
            {
                if (!float.IsFinite(rows[i])) throw new EvaluationException("A feature is not a finite number; the network or an image is broken.");
                if (Count == 0) _origin[i] = rows[i];
                _difference[i] = rows[i] - _origin[i];
                _sum[i] += _difference[i];
            }

            for (int i = 0; i < Size; i++)
            {
                AddMultiple(_products.AsSpan(i * Size + i, Size - i), _difference.AsSpan(i), _difference[i]);
            }

            Count++;
        }
    }

    private static void AddMultiple(Span<double> to, ReadOnlySpan<double> from, double factor)
    {
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(to);
        ReadOnlySpan<Vector<double>> wideFrom = MemoryMarshal.Cast<double, Vector<double>>(from);
        for (int i = 0; i < wide.Length; i++) wide[i] += wideFrom[i] * factor;
        for (int i = wide.Length * Vector<double>.Count; i < to.Length; i++) to[i] += from[i] * factor;
    }

    /// <summary>The covariance, unbiased: [i, j] of numbers i and j.</summary>
    /// <exception cref="EvaluationException">There are fewer than two vectors.</exception>
    public double[,] Covariance()
    {
        if (Count < 2) throw new EvaluationException($"A covariance takes two images at least, and there are {Count}.");
        var covariance = new double[Size, Size];
        for (int i = 0; i < Size; i++)
            for (int j = i; j < Size; j++)
                covariance[i, j] = covariance[j, i] = (_products[i * Size + j] - _sum[i] * _sum[j] / Count) / (Count - 1);
        return covariance;
    }

    /// <summary>Writes all of it, little-endian, so that what is read back goes on to the same bits.</summary>
    internal void Write(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Count);
        stream.Write(bytes);
        foreach (double number in _origin.Concat(_sum).Concat(_products))
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
            stream.Write(bytes);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where it is of another length.</summary>
    internal static FeatureStatistics? Read(ReadOnlySpan<byte> bytes, int size)
    {
        if (bytes.Length != sizeof(double) * (1L + 2 * size + (long)size * size)) return null;
        var statistics = new FeatureStatistics(size) { Count = BinaryPrimitives.ReadInt64LittleEndian(bytes) };
        int at = sizeof(double);
        foreach (double[] numbers in new[] { statistics._origin, statistics._sum, statistics._products })
            for (int i = 0; i < numbers.Length; i++, at += sizeof(double)) numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);
        return statistics;
    }
}
