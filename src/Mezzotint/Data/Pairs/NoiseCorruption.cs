namespace Mezzotint.Data.Pairs;

/// <summary>White Gaussian noise of a deviation that varies from sample to sample; not clipped.</summary>
/// <param name="from">The least deviation, in steps of 8 bits.</param>
/// <param name="to">The largest.</param>
public sealed class NoiseCorruption(double from, double to) : Corruption
{
    private const ulong Purpose = 21;
    private const double HalfRange = 127.5;

    /// <inheritdoc/>
    public override int Channels => 3;

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> target, int width, int height, ulong seed, ulong sample, Span<float> condition)
    {
        ulong key = CounterRandom.Bits(seed, Purpose, sample);
        double deviation = (from + (to - from) * Uniform(CounterRandom.Bits(key, Purpose, 0))) / HalfRange;
        for (int i = 0; i < target.Length; i++)
        {
            // Box and Muller (1958).
            double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(CounterRandom.Bits(key, Purpose, 2 * (ulong)i + 1))));
            double angle = 2 * Math.PI * Uniform(CounterRandom.Bits(key, Purpose, 2 * (ulong)i + 2));
            condition[i] = target[i] + (float)(deviation * radius * Math.Cos(angle));
        }
    }

    private static double Uniform(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
