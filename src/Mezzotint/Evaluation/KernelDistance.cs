using System.Numerics;
using System.Runtime.InteropServices;
using Mezzotint.Data;

namespace Mezzotint.Evaluation;

/// <summary>
/// The kernel distance (KID) of two sets of images by the features that a network sees in them (Binkowski et al. 2018): the squared maximum
/// mean discrepancy under the kernel (x·y/d + 1)³, by its unbiased estimator, so it may be below zero. It is taken on subsets drawn without
/// replacement, and is their mean.
/// </summary>
/// <param name="Mean">The mean over the subsets.</param>
/// <param name="Deviation">The standard deviation between them.</param>
/// <param name="Subsets">How many there were; 1 where a subset is all of both sets.</param>
/// <param name="SubsetSize">Images of each set in one.</param>
public sealed record KernelDistance(double Mean, double Deviation, int Subsets, int SubsetSize)
{
    /// <summary>How many subsets are customary.</summary>
    public const int UsualSubsets = 100;

    /// <summary>How many images of each set a subset has customarily.</summary>
    public const int UsualSubsetSize = 1000;

    private const ulong FirstPurpose = 0x4B49_4431, SecondPurpose = 0x4B49_4432;

    /// <summary>The distance between features.</summary>
    /// <param name="first">Those of one set.</param>
    /// <param name="second">Those of the other.</param>
    /// <param name="subsets">How many subsets.</param>
    /// <param name="subsetSize">Images of each set in one, at most as many as each has.</param>
    /// <param name="seed">The seed by which they are drawn.</param>
    /// <param name="cancellation">Ends the work between two subsets.</param>
    /// <exception cref="EvaluationException">The features are of two sizes, or too few.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KernelDistance Between(
        FeatureRows first, FeatureRows second, int subsets = UsualSubsets, int subsetSize = UsualSubsetSize, ulong seed = 0,
        CancellationToken cancellation = default)
    {
        FeatureRows.RequireAlike(first, second);
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        int most = Math.Min(first.Count, second.Count);
        if (subsetSize < 2 || subsetSize > most)
            throw new EvaluationException($"A kernel distance takes subsets of 2 to {most} images here, and not of {subsetSize}.");
        if (subsetSize == first.Count && subsetSize == second.Count) subsets = 1; // all of them: each further subset would be the same
        var values = new double[subsets];
        for (int i = 0; i < subsets; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            values[i] = Of(Drawn(first, subsetSize, seed, FirstPurpose, i), Drawn(second, subsetSize, seed, SecondPurpose, i));
        }

        double mean = values.Average();
        return new KernelDistance(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), subsets, subsetSize);
    }

    private static double Of(double[][] a, double[][] b)
    {
        double n = a.Length;
        return SumOf(a, a) / (n * (n - 1)) + SumOf(b, b) / (n * (n - 1)) - 2 * SumOf(a, b) / (n * n);
    }

    /// <summary>The kernel's sum over all pairs, without those of a row with itself.</summary>
    private static double SumOf(double[][] a, double[][] b)
    {
        // Each row's sum for itself, added in order: the same bits whichever thread took it.
        var sums = new double[a.Length];
        Parallel.For(0, a.Length, i =>
        {
            for (int j = 0; j < b.Length; j++)
            {
                if (ReferenceEquals(a, b) && i == j) continue;
                double k = Dot(a[i], b[j]) / a[i].Length + 1;
                sums[i] += k * k * k;
            }
        });
        return sums.Sum();
    }

    private static double Dot(double[] x, double[] y)
    {
        ReadOnlySpan<Vector<double>> a = MemoryMarshal.Cast<double, Vector<double>>(x), b = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> sum = default;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        double total = Vector.Sum(sum);
        for (int i = a.Length * Vector<double>.Count; i < x.Length; i++) total += x[i] * y[i];
        return total;
    }

    private static double[][] Drawn(FeatureRows rows, int count, ulong seed, ulong purpose, int subset)
    {
        var order = new EpochOrder(rows.Count, seed, purpose);
        var drawn = new double[count][];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows[order[(long)subset * rows.Count + i]];
            drawn[i] = new double[row.Length];
            for (int j = 0; j < row.Length; j++) drawn[i][j] = row[j];
        }

        return drawn;
    }
}
