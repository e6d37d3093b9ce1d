namespace Mezzotint.Bench;

/// <summary>The median and the extremes of repeated measurements.</summary>
internal readonly record struct Distribution(double Median, double Min, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static Distribution Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2, sorted[0], sorted[^1]);
    }
}
