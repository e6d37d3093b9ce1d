using System.Numerics;
using System.Runtime.InteropServices;

namespace Mezzotint.Evaluation;

/// <summary>
/// How far generated images lie among true ones and true ones among them, by balls around each feature vector that reach to its k-th
/// nearest neighbour of the same set.
/// </summary>
/// <param name="Precision">The share of generated images in a ball of a true one (Kynkaanniemi et al. 2019): how good they are.</param>
/// <param name="Recall">The share of true images in a ball of a generated one: how much of the variety there is.</param>
/// <param name="Density">How many balls of true images a generated one lies in, in units of k (Naeem et al. 2020): outliers weigh
/// less.</param>
/// <param name="Coverage">The share of true images whose ball has a generated one in it.</param>
/// <param name="Neighbours">k.</param>
public sealed record NeighbourhoodScores(double Precision, double Recall, double Density, double Coverage, int Neighbours)
{
    /// <summary>The customary k.</summary>
    public const int UsualNeighbours = 3;

    /// <summary>The scores of features; time and memory go with the product of the counts, and with the sum.</summary>
    /// <param name="real">Those of true images.</param>
    /// <param name="generated">Those of generated ones.</param>
    /// <param name="neighbours">k.</param>
    /// <param name="cancellation">Ends the work now and then.</param>
    /// <exception cref="EvaluationException">The features are of two sizes, or too few.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static NeighbourhoodScores Between(
        FeatureRows real, FeatureRows generated, int neighbours = UsualNeighbours, CancellationToken cancellation = default)
    {
        FeatureRows.RequireAlike(real, generated);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        if (Math.Min(real.Count, generated.Count) <= neighbours)
            throw new EvaluationException($"Balls of {neighbours} neighbours take {neighbours + 1} images of each kind at least.");
        var options = new ParallelOptions { CancellationToken = cancellation };
        double[] realRadii = Radii(real, neighbours, options), generatedRadii = Radii(generated, neighbours, options);

        var balls = new int[generated.Count]; // of true images, that a generated one lies in
        Parallel.For(0, generated.Count, options, j =>
        {
            for (int i = 0; i < real.Count; i++)
                if (SquaredDistance(real[i], generated[j]) <= realRadii[i]) balls[j]++;
        });
        var recalled = new bool[real.Count];
        var covered = new bool[real.Count];
        Parallel.For(0, real.Count, options, i =>
        {
            for (int j = 0; j < generated.Count; j++)
            {
                double distance = SquaredDistance(real[i], generated[j]);
                recalled[i] |= distance <= generatedRadii[j];
                covered[i] |= distance <= realRadii[i];
            }
        });
        return new NeighbourhoodScores(
            Share(balls.Count(ball => ball > 0), generated), Share(recalled.Count(yes => yes), real),
            Share(balls.Sum(ball => (long)ball), generated) / neighbours, Share(covered.Count(yes => yes), real), neighbours);
    }

    private static double Share(long part, FeatureRows whole) => (double)part / whole.Count;

    /// <summary>The squared distance of each vector to its k-th nearest neighbour.</summary>
    private static double[] Radii(FeatureRows rows, int neighbours, ParallelOptions options)
    {
        var radii = new double[rows.Count];
        Parallel.For(0, rows.Count, options, i =>
        {
            Span<double> nearest = stackalloc double[neighbours];
            nearest.Fill(double.PositiveInfinity);
            for (int j = 0; j < rows.Count; j++)
            {
                if (j == i) continue;
                double distance = SquaredDistance(rows[i], rows[j]);
                if (distance >= nearest[^1]) continue;
                int place = neighbours - 1;
                for (; place > 0 && nearest[place - 1] > distance; place--) nearest[place] = nearest[place - 1];
                nearest[place] = distance;
            }

            radii[i] = nearest[^1];
        });
        return radii;
    }

    private static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(x), b = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<double> low = default, high = default;
        for (int i = 0; i < a.Length; i++)
        {
            Vector.Widen(a[i], out Vector<double> a0, out Vector<double> a1);
            Vector.Widen(b[i], out Vector<double> b0, out Vector<double> b1);
            low += (a0 - b0) * (a0 - b0);
            high += (a1 - b1) * (a1 - b1);
        }

        double sum = Vector.Sum(low + high);
        for (int i = a.Length * Vector<float>.Count; i < x.Length; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        return sum;
    }
}
