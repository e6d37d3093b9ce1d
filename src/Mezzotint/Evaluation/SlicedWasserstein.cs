using System.Numerics;
using System.Runtime.InteropServices;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>
/// The sliced Wasserstein distance (Rabin et al. 2011), as Karras et al. (2018, "Progressive Growing of GANs") compare sets of patches:
/// along a random direction two sets of as many points are sorted, the mean distance of the points that meet is how much one must be moved
/// to be the other, and the mean is taken over directions.
/// </summary>
public static class SlicedWasserstein
{
    // Apart from what steps and latent vectors draw.
    private const uint Purpose = 0x53574400;

    /// <summary>The distance of two sets of points.</summary>
    /// <param name="first">Points, one after another.</param>
    /// <param name="second">As many points.</param>
    /// <param name="size">Numbers of a point.</param>
    /// <param name="directions">How many directions, from 1 on.</param>
    /// <param name="seed">The directions' seed.</param>
    /// <exception cref="ArgumentException">The sets are empty, of two sizes, or not of whole points.</exception>
    public static double Distance(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int size, int directions, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(directions, 1);
        if (first.Length == 0 || first.Length != second.Length || first.Length % size != 0)
            throw new ArgumentException($"Sets of {first.Length} and {second.Length} numbers are not as many points of {size}.", nameof(second));
        int count = first.Length / size;
        float[] direction = new float[size], a = new float[count], b = new float[count];
        double sum = 0;
        for (int i = 0; i < directions; i++)
        {
            Direction(seed, i, direction);
            Project(first, direction, a);
            Project(second, direction, b);
            for (int point = 0; point < count; point++) sum += Math.Abs((double)a[point] - b[point]);
        }

        return sum / ((double)count * directions);
    }

    /// <summary>A direction, uniform on the sphere.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="number">Which direction, from 0.</param>
    /// <param name="direction">Receives a vector of length 1.</param>
    internal static void Direction(ulong seed, int number, Span<float> direction)
    {
        double squares = 0;
        for (int i = 0; i < direction.Length; i++)
        {
            (uint word0, uint word1, _, _) = Philox.Block((uint)i, (uint)number, 0, Purpose, (uint)seed, (uint)(seed >> 32));
            direction[i] = Philox.Normals(word0, word1).First;
            squares += (double)direction[i] * direction[i];
        }

        float length = (float)Math.Sqrt(squares);
        foreach (ref float one in direction) one /= length;
    }

    private static void Project(ReadOnlySpan<float> points, ReadOnlySpan<float> direction, float[] along)
    {
        for (int point = 0; point < along.Length; point++)
            along[point] = Dot(points.Slice(point * direction.Length, direction.Length), direction);
        Array.Sort(along);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> wideA = MemoryMarshal.Cast<float, Vector<float>>(a), wideB = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < wideA.Length; i++) sums += wideA[i] * wideB[i];
        float sum = Vector.Sum(sums);
        for (int i = wideA.Length * Vector<float>.Count; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
