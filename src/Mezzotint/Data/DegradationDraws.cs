namespace Mezzotint.Data;

/// <summary>The random numbers of one sample, in order: a function of the seed and the sample's number.</summary>
internal struct DegradationDraws
{
    private const ulong Purpose = 6; // after those of CropSampler

    private readonly ulong _key;
    private ulong _count;

    public DegradationDraws(ulong seed, ulong sample) => _key = CounterRandom.Bits(seed, Purpose, sample);

    /// <summary>From 0 to below 1.</summary>
    public double Uniform() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Within a range of two numbers.</summary>
    public double Between(IReadOnlyList<double> range) => range[0] + (range[1] - range[0]) * Uniform();

    /// <summary>True with this probability.</summary>
    public bool Chance(double share) => Uniform() < share;

    /// <summary>From 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Bits(), (ulong)count, out _);

    /// <summary>
    /// Nearly normal with deviation 1: the sum of four uniform numbers, which no noise in a photograph tells from the real thing.
    /// </summary>
    public float Normal()
    {
        ulong bits = Bits();
        long sum = (long)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48));
        const float deviation = 37_837.2f; // of the sum: 65536 / sqrt(3)
        return (sum - 2 * 65_535) / deviation;
    }

    private ulong Bits() => CounterRandom.Bits(_key, Purpose, _count++);
}
