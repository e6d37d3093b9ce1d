namespace Mezzotint.Evaluation;

/// <summary>
/// Where a share lies, told from a count: the score interval (Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
/// Inference"), at 95 %.
/// </summary>
/// <param name="Low">The least share.</param>
/// <param name="High">The largest.</param>
public readonly record struct BinomialInterval(double Low, double High)
{
    private const double Deviations = 1.959963984540054; // which hold 95 % of a normal distribution

    /// <summary>The interval of a share.</summary>
    /// <param name="successes">How often it was so, from 0.</param>
    /// <param name="trials">Of how many; of none nothing is known, and the interval is all from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or there are more successes than trials.</exception>
    public static BinomialInterval Of(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0) return new BinomialInterval(0, 1);
        double share = (double)successes / trials, square = Deviations * Deviations;
        double middle = (share + square / (2 * trials)) / (1 + square / trials);
        double half = Deviations / (1 + square / trials) * Math.Sqrt(share * (1 - share) / trials + square / (4.0 * trials * trials));
        return new BinomialInterval(successes == 0 ? 0 : Math.Max(0, middle - half), successes == trials ? 1 : Math.Min(1, middle + half));
    }

    /// <summary>Whether a share lies in it.</summary>
    public bool Holds(double share) => share >= Low && share <= High;
}
