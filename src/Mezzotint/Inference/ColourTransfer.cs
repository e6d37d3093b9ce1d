using MathNet.Numerics.LinearAlgebra;

namespace Mezzotint.Inference;

/// <summary>
/// Gives one picture the colours of another: the linear map of colours after which their mean and covariance are the other's (Gatys et al.
/// 2016, "Preserving Color in Neural Artistic Style Transfer", the symmetric root).
/// </summary>
internal static class ColourTransfer
{
    private const double Floor = 1e-8; // of a variance: a picture of one colour has none

    /// <summary>Pixels with the mean and covariance of colours that others have, clamped to [0, 1].</summary>
    /// <param name="pixels">Red, green and blue, interleaved.</param>
    /// <param name="like">The others.</param>
    public static float[] Apply(float[] pixels, float[] like)
    {
        (Vector<double> mean, Matrix<double> covariance) = Statistics(pixels);
        (Vector<double> target, Matrix<double> targetCovariance) = Statistics(like);
        Matrix<double> map = Power(targetCovariance, 0.5) * Power(covariance, -0.5);
        var result = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            double r = pixels[i] - mean[0], g = pixels[i + 1] - mean[1], b = pixels[i + 2] - mean[2];
            for (int c = 0; c < 3; c++)
                result[i + c] = (float)Math.Clamp(target[c] + map[c, 0] * r + map[c, 1] * g + map[c, 2] * b, 0, 1);
        }

        return result;
    }

    private static (Vector<double> Mean, Matrix<double> Covariance) Statistics(float[] pixels)
    {
        double count = pixels.Length / 3;
        Vector<double> mean = Vector<double>.Build.Dense(3);
        Matrix<double> covariance = Matrix<double>.Build.Dense(3, 3);
        for (int i = 0; i < pixels.Length; i++) mean[i % 3] += pixels[i] / count;
        for (int i = 0; i < pixels.Length; i += 3)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    covariance[a, b] += (pixels[i + a] - mean[a]) * (pixels[i + b] - mean[b]) / count;
        return (mean, covariance);
    }

    private static Matrix<double> Power(Matrix<double> matrix, double power)
    {
        var decomposition = matrix.Evd(Symmetricity.Symmetric);
        var values = Vector<double>.Build.DenseOfEnumerable(decomposition.EigenValues.Select(value => Math.Pow(Math.Max(value.Real, Floor), power)));
        return decomposition.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalVector(values) * decomposition.EigenVectors.Transpose();
    }
}
