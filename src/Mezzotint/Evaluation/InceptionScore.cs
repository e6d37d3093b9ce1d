namespace Mezzotint.Evaluation;

/// <summary>
/// The Inception score (Salimans et al. 2016) by whatever classifier: exp of the mean divergence of an image's class probabilities from
/// those of all images, from 1 to the number of classes. It knows no true images.
/// </summary>
/// <param name="Mean">The mean over the splits.</param>
/// <param name="Deviation">The standard deviation between them.</param>
/// <param name="Splits">How many there were.</param>
public sealed record InceptionScore(double Mean, double Deviation, int Splits)
{
    /// <summary>How many splits are customary.</summary>
    public const int UsualSplits = 10;

    /// <summary>The score of logits.</summary>
    /// <param name="logits">A row of logits an image.</param>
    /// <param name="splits">Equal parts, in order, that are scored each for itself; images beyond the last whole part are left out.</param>
    /// <exception cref="EvaluationException">There are fewer images than splits.</exception>
    public static InceptionScore Of(FeatureRows logits, int splits = UsualSplits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        int each = logits.Count / splits;
        if (each == 0) throw new EvaluationException($"{logits.Count} images cannot be split into {splits} parts.");
        double[] scores = [.. Enumerable.Range(0, splits).Select(split => OfPart(logits, split * each, each))];
        double mean = scores.Average();
        return new InceptionScore(mean, Math.Sqrt(scores.Average(score => (score - mean) * (score - mean))), splits);
    }

    private static double OfPart(FeatureRows logits, int first, int count)
    {
        var marginal = new double[logits.Size];
        double negativeEntropies = 0;
        for (int image = first; image < first + count; image++)
        {
            double[] logs = LogProbabilities(logits[image]);
            for (int c = 0; c < logs.Length; c++)
            {
                double p = Math.Exp(logs[c]);
                marginal[c] += p / count;
                if (p > 0) negativeEntropies += p * logs[c] / count;
            }
        }

        return Math.Exp(negativeEntropies - marginal.Sum(p => p > 0 ? p * Math.Log(p) : 0));
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits) largest = Math.Max(largest, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - largest);
        var logs = new double[logits.Length];
        for (int i = 0; i < logs.Length; i++) logs[i] = logits[i] - largest - Math.Log(sum);
        return logs;
    }
}
