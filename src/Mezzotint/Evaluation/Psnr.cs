namespace Mezzotint.Evaluation;

/// <summary>The peak signal-to-noise ratio, in decibels: 10 log10(peak^2 / mean squared error), in float64.</summary>
public static class Psnr
{
    /// <summary>The ratio between two sets of samples; infinite where they are equal.</summary>
    /// <param name="result">The samples to judge.</param>
    /// <param name="truth">As many true ones.</param>
    /// <param name="peak">The largest value a sample can have.</param>
    /// <exception cref="ArgumentException">The numbers of samples differ, or there are none.</exception>
    public static double Of(ReadOnlySpan<double> result, ReadOnlySpan<double> truth, double peak = 255)
    {
        if (result.Length != truth.Length || result.IsEmpty)
            throw new ArgumentException($"{result.Length} samples cannot be compared with {truth.Length}.", nameof(truth));
        double sum = 0;
        for (int i = 0; i < result.Length; i++)
        {
            double difference = result[i] - truth[i];
            sum += difference * difference;
        }
        return 10 * Math.Log10(peak * peak / (sum / result.Length));
    }
}
