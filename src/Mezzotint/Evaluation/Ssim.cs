using System.Numerics;

namespace Mezzotint.Evaluation;

/// <summary>
/// The structural similarity of Wang, Bovik, Sheikh and Simoncelli (IEEE Trans. Image Processing 13(4), 2004): an 11x11 Gaussian window
/// of sigma 1.5, the region where it fits whole, K1 = 0.01 and K2 = 0.03, in float64.
/// </summary>
public static class Ssim
{
    /// <summary>The window's side: neither side of an image may be shorter.</summary>
    public const int Window = 11;

    private const double Sigma = 1.5;
    private const int Moments = 5; // a, b, a*a, b*b, a*b

    private static readonly double[] Weights = MakeWeights();

    /// <summary>The mean similarity of two images of one channel: 1 where they are equal.</summary>
    /// <param name="result">height x width samples, row by row.</param>
    /// <param name="truth">As many true ones.</param>
    /// <param name="width">Columns, at least 11.</param>
    /// <param name="height">Rows, at least 11.</param>
    /// <param name="peak">The largest value a sample can have.</param>
    /// <exception cref="ArgumentException">The sizes disagree, or the image is smaller than the window.</exception>
    public static double Of(ReadOnlySpan<double> result, ReadOnlySpan<double> truth, int width, int height, double peak = 255)
    {
        if (result.Length != truth.Length || result.Length != width * height)
            throw new ArgumentException($"{result.Length} and {truth.Length} samples are not two images of {width}x{height}.",
                nameof(truth));
        if (width < Window || height < Window)
            throw new ArgumentException($"SSIM needs at least {Window}x{Window} pixels, and the image has {width}x{height}.",
                nameof(width));

        double c1 = 0.01 * peak * (0.01 * peak), c2 = 0.03 * peak * (0.03 * peak);
        double[] columns = new double[Moments * width];
        double sum = 0;
        for (int y = 0; y <= height - Window; y++)
        {
            WeighColumns(result[(y * width)..], truth[(y * width)..], width, columns);
            for (int x = 0; x <= width - Window; x++)
            {
                double a = WeighRow(columns, x), b = WeighRow(columns, width + x);
                double varianceA = WeighRow(columns, 2 * width + x) - a * a;
                double varianceB = WeighRow(columns, 3 * width + x) - b * b;
                double covariance = WeighRow(columns, 4 * width + x) - a * b;
                sum += (2 * a * b + c1) * (2 * covariance + c2) / ((a * a + b * b + c1) * (varianceA + varianceB + c2));
            }
        }
        return sum / ((double)(width - Window + 1) * (height - Window + 1));
    }

    /// <summary>
    /// The window is a product of a column and a row: this takes the moments down each column, one row of output for each moment.
    /// </summary>
    private static void WeighColumns(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int width, Span<double> moments)
    {
        int x = 0;
        for (; x <= width - Vector<double>.Count; x += Vector<double>.Count)
        {
            Vector<double> ma = default, mb = default, maa = default, mbb = default, mab = default;
            for (int k = 0; k < Window; k++)
            {
                var va = new Vector<double>(a[(k * width + x)..]);
                var vb = new Vector<double>(b[(k * width + x)..]);
                var weight = new Vector<double>(Weights[k]);
                var wa = weight * va;
                var wb = weight * vb;
                ma += wa;
                mb += wb;
                maa += wa * va;
                mbb += wb * vb;
                mab += wa * vb;
            }
            ma.CopyTo(moments[x..]);
            mb.CopyTo(moments[(width + x)..]);
            maa.CopyTo(moments[(2 * width + x)..]);
            mbb.CopyTo(moments[(3 * width + x)..]);
            mab.CopyTo(moments[(4 * width + x)..]);
        }
        for (; x < width; x++)
        {
            double ma = 0, mb = 0, maa = 0, mbb = 0, mab = 0;
            for (int k = 0; k < Window; k++)
            {
                double va = a[k * width + x], vb = b[k * width + x];
                double wa = Weights[k] * va, wb = Weights[k] * vb;
                ma += wa;
                mb += wb;
                maa += wa * va;
                mbb += wb * vb;
                mab += wa * vb;
            }
            (moments[x], moments[width + x]) = (ma, mb);
            (moments[2 * width + x], moments[3 * width + x], moments[4 * width + x]) = (maa, mbb, mab);
        }
    }

    private static double WeighRow(ReadOnlySpan<double> columns, int at)
    {
        var taps = columns.Slice(at, Window);
        double sum = 0;
        for (int k = 0; k < Window; k++)
            sum += Weights[k] * taps[k];
        return sum;
    }

    private static double[] MakeWeights()
    {
        double[] weights = [.. Enumerable.Range(0, Window).Select(k => Math.Exp(-Math.Pow(k - Window / 2, 2) / (2 * Sigma * Sigma)))];
        double total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
    }
}
