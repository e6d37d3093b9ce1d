using MathNet.Numerics.LinearAlgebra;

namespace Mezzotint.Evaluation;

/// <summary>
/// The Frechet distance of two normal distributions (Dowson and Landau 1982), as Heusel et al. (2017) compare sets of images by the
/// features that a network sees in them: |m1 - m2|² + tr(S1 + S2 - 2 (S1 S2)^½).
/// </summary>
public static class FrechetDistance
{
    /// <summary>The distance between features.</summary>
    /// <exception cref="EvaluationException">They are of two sizes, or of fewer than two images.</exception>
    public static double Between(FeatureStatistics first, FeatureStatistics second)
    {
        if (first.Size != second.Size)
            throw new EvaluationException($"Features of {first.Size} and of {second.Size} numbers have no distance; both sets take the same network.");
        Matrix<double> a = Matrix<double>.Build.DenseOfArray(first.Covariance()), b = Matrix<double>.Build.DenseOfArray(second.Covariance());
        double apart = first.Mean.Zip(second.Mean, (x, y) => (x - y) * (x - y)).Sum();

        // (S1 S2)^½ and (S1^½ S2 S1^½)^½ have the same trace, and the latter's argument is symmetric: its eigenvalues are real and not
        // negative.
        Matrix<double> root = Root(a), inner = root * b * root;
        double mixed = (inner + inner.Transpose()).Multiply(0.5).Evd(Symmetricity.Symmetric).EigenValues.Sum(value => Math.Sqrt(Math.Max(0, value.Real)));
        return Math.Max(0, apart + a.Trace() + b.Trace() - 2 * mixed);
    }

    /// <summary>The square root of a symmetric matrix without negative eigenvalues but for rounding.</summary>
    private static Matrix<double> Root(Matrix<double> matrix)
    {
        var decomposition = matrix.Evd(Symmetricity.Symmetric);
        Vector<double> roots = Vector<double>.Build.DenseOfEnumerable(decomposition.EigenValues.Select(value => Math.Sqrt(Math.Max(0, value.Real))));
        Matrix<double> vectors = decomposition.EigenVectors;
        return vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(roots) * vectors.Transpose();
    }
}
