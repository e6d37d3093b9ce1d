using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>One pair's scores.</summary>
/// <param name="Name">What the pair is called.</param>
/// <param name="Score">What the model's picture scores.</param>
/// <param name="Baseline">What the mean colour scores.</param>
public sealed record TranslatedPair(string Name, TranslationScore Score, TranslationScore Baseline);

/// <summary>
/// How near translations come to the truth, beside what one scores who takes no notice of the input: a picture of the mean colour of all
/// the true ones.
/// </summary>
/// <param name="Pairs">Each pair's scores.</param>
public sealed record TranslationScores(IReadOnlyList<TranslatedPair> Pairs)
{
    /// <summary>What the figures mean.</summary>
    public const string Protocol = "RGB, 8 bits, all pixels; SSIM 11x11 Gaussian, mean of the channels; baseline: the mean colour of all true pictures";

    /// <summary>The mean of the model's scores.</summary>
    public TranslationScore Mean => MeanOf(Pairs.Select(pair => pair.Score));

    /// <summary>The mean of the baseline's.</summary>
    public TranslationScore Baseline => MeanOf(Pairs.Select(pair => pair.Baseline));

    /// <summary>Scores a translator.</summary>
    /// <param name="pairs">Inputs and true pictures.</param>
    /// <param name="translate">Translates a pair's input.</param>
    /// <param name="lpips">Takes the LPIPS of a picture and the truth; null for none.</param>
    /// <param name="cancellation">Ends the work between two pairs.</param>
    /// <exception cref="EvaluationException">There is no pair.</exception>
    public static TranslationScores Of(
        PairSet pairs, Func<ImagePair, Picture> translate, Func<Picture, Picture, double>? lpips = null, CancellationToken cancellation = default)
    {
        if (pairs.Count == 0) throw new EvaluationException("There is no pair to score.");
        double[] sums = new double[3];
        for (int i = 0; i < pairs.Count; i++)
        {
            Picture truth = pairs.Load(i).Target;
            byte[] samples = new byte[truth.Width * truth.Height * 3];
            truth.CopyTo(samples);
            double[] own = new double[3];
            for (int s = 0; s < samples.Length; s++) own[s % 3] += samples[s];
            for (int c = 0; c < 3; c++) sums[c] += own[c] / (samples.Length / 3);
        }

        byte[] mean = [.. sums.Select(sum => (byte)Math.Round(sum / pairs.Count))];
        var scores = new List<TranslatedPair>();
        for (int i = 0; i < pairs.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ImagePair pair = pairs.Load(i);
            byte[] flat = [.. Enumerable.Range(0, pair.Target.Width * pair.Target.Height * 3).Select(s => mean[s % 3])];
            Picture baseline = Picture.FromSamples(flat, pair.Target.Width, pair.Target.Height, 3);
            scores.Add(new TranslatedPair(
                pair.Name, Score(translate(pair), pair.Target), Score(baseline, pair.Target)));
        }

        return new TranslationScores(scores);

        TranslationScore Score(Picture made, Picture truth) => TranslationScore.Of(made, truth) with { Lpips = lpips?.Invoke(made, truth) };
    }

    private static TranslationScore MeanOf(IEnumerable<TranslationScore> scores)
    {
        TranslationScore[] all = [.. scores];
        return new TranslationScore(all.Average(score => score.L1), all.Average(score => score.Psnr), all.Average(score => score.Ssim))
        {
            Lpips = all.All(score => score.Lpips is not null) ? all.Average(score => score.Lpips) : null,
        };
    }
}
