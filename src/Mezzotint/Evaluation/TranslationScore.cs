using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>
/// How near a picture comes to the truth, over all pixels and the three channels of 8-bit colour, without a border cut off.
/// </summary>
/// <param name="L1">The mean absolute difference, in steps of 8 bits.</param>
/// <param name="Psnr">The peak signal-to-noise ratio, in decibels.</param>
/// <param name="Ssim">The structural similarity, the mean of the three channels'; NaN where a side is shorter than its window.</param>
public sealed record TranslationScore(double L1, double Psnr, double Ssim)
{
    private const int Channels = 3;

    /// <summary>Their LPIPS, where it was taken; less is better.</summary>
    public double? Lpips { get; init; }

    /// <summary>The peak signal-to-noise ratio of two pictures of one size alone.</summary>
    /// <exception cref="EvaluationException">They differ in size.</exception>
    public static double PsnrOf(Picture made, Picture truth)
    {
        Check(made, truth);
        return Evaluation.Psnr.Of(Samples(made), Samples(truth));
    }

    /// <summary>Compares two pictures of one size.</summary>
    /// <exception cref="EvaluationException">They differ in size.</exception>
    public static TranslationScore Of(Picture made, Picture truth)
    {
        Check(made, truth);
        double[] ours = Samples(made), truths = Samples(truth);
        double sum = 0;
        for (int i = 0; i < ours.Length; i++) sum += Math.Abs(ours[i] - truths[i]);
        double ssim = Math.Min(made.Width, made.Height) < Evaluation.Ssim.Window
            ? double.NaN
            : Enumerable.Range(0, Channels).Average(c => Evaluation.Ssim.Of(Plane(ours, c), Plane(truths, c), made.Width, made.Height));
        return new TranslationScore(sum / ours.Length, Evaluation.Psnr.Of(ours, truths), ssim);
    }

    private static void Check(Picture made, Picture truth)
    {
        if ((made.Width, made.Height) != (truth.Width, truth.Height))
            throw new EvaluationException($"{made.Width}x{made.Height} pixels cannot be compared with {truth.Width}x{truth.Height}.");
    }

    private static double[] Samples(Picture picture)
    {
        byte[] bytes = new byte[picture.Width * picture.Height * Channels];
        picture.WithBitDepth(8).Flatten().ToColour().CopyTo(bytes);
        return [.. bytes.Select(value => (double)value)];
    }

    private static double[] Plane(double[] samples, int channel) => [.. Enumerable.Range(0, samples.Length / Channels).Select(i => samples[i * Channels + channel])];
}
