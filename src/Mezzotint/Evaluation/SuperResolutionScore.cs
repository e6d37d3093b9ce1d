using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>How near an enlarged picture comes to the truth.</summary>
/// <remarks>Of pictures of neither one nor three channels there is no luma: what is said of it is of all their samples.</remarks>
/// <param name="PsnrY">PSNR of the luma, in decibels; infinite where it is equal.</param>
/// <param name="SsimY">SSIM of the luma.</param>
/// <param name="PsnrRgb">PSNR over all samples of all colours, in decibels; of two grey pictures, that of the grey.</param>
/// <param name="SsimRgb">The mean of the colours' SSIM.</param>
public sealed record SuperResolutionScore(double PsnrY, double SsimY, double PsnrRgb, double SsimRgb)
{
    /// <summary>The distance of what a network sees in them, where there is one to see; less is better.</summary>
    public double? Perceptual { get; init; }

    /// <summary>Their LPIPS, where it was taken; less is better.</summary>
    public double? Lpips { get; init; }

    /// <summary>Scores a picture by a protocol.</summary>
    /// <param name="result">The enlarged picture, of the truth's size once that is cropped to a multiple of the scale; 16 bits are
    /// scored as they are.</param>
    /// <param name="truth">The truth, cropped or not. Where one of the two is grey and the other not, the grey is taken as three equal
    /// colours.</param>
    /// <param name="protocol">The protocol.</param>
    /// <exception cref="EvaluationException">The sizes do not match, or are too small for the window of SSIM, or the channels
    /// do not match.</exception>
    public static SuperResolutionScore Of(Picture result, Picture truth, ScoreProtocol protocol)
    {
        int width = truth.Width / protocol.Scale * protocol.Scale, height = truth.Height / protocol.Scale * protocol.Scale;
        if (result.Width != width || result.Height != height)
        {
            throw new EvaluationException($"The result has {result.Width}x{result.Height} pixels and the truth, "
                + $"cropped to a multiple of {protocol.Scale}, {width}x{height}: they must be of one size.");
        }
        int least = Ssim.Window + 2 * protocol.Border;
        if (Math.Min(width, height) < least)
        {
            throw new EvaluationException(
                $"A picture of {width}x{height} pixels is too small to score at x{protocol.Scale}: {least} are needed each way.");
        }

        var a = ColourPlanes.Of(result, width, height, protocol.Border);
        var b = ColourPlanes.Of(truth, width, height, protocol.Border);
        if (a.Count != b.Count)
        {
            if (a.Count is not (1 or 3) || b.Count is not (1 or 3))
                throw new EvaluationException($"Pictures of {a.Count} and {b.Count} channels cannot be scored against each other.");
            (a, b) = (a.ToColour(), b.ToColour());
        }

        double error = 0, similarity = 0;
        for (int channel = 0; channel < a.Count; channel++)
        {
            error += Math.Pow(10, -Psnr.Of(a[channel], b[channel]) / 10) / a.Count; // each colour has as many samples
            similarity += Ssim.Of(a[channel], b[channel], a.Width, a.Height) / a.Count;
        }
        double psnr = -10 * Math.Log10(error);
        if (a.Count is not (1 or 3)) return new SuperResolutionScore(psnr, similarity, psnr, similarity);
        double[] ya = a.Luma(), yb = b.Luma();
        return new SuperResolutionScore(Psnr.Of(ya, yb), Ssim.Of(ya, yb, a.Width, a.Height), psnr, similarity);
    }

    /// <summary>The mean of some scores, each figure for itself.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static SuperResolutionScore Mean(IReadOnlyCollection<SuperResolutionScore> scores)
    {
        if (scores.Count == 0)
            throw new ArgumentException("No scores have no mean.", nameof(scores));
        return new SuperResolutionScore(
            scores.Average(score => score.PsnrY), scores.Average(score => score.SsimY),
            scores.Average(score => score.PsnrRgb), scores.Average(score => score.SsimRgb))
        {
            Perceptual = scores.All(score => score.Perceptual is not null) ? scores.Average(score => score.Perceptual) : null,
            Lpips = scores.All(score => score.Lpips is not null) ? scores.Average(score => score.Lpips) : null,
        };
    }
}
