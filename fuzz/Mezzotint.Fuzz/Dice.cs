namespace Mezzotint.Fuzz;

/// <summary>Draws: a function of the seed alone.</summary>
internal sealed class Dice(int seed)
{
    private static readonly long[] Telling =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 32767, 32768, 65535, 65536, 1 << 20,
        1 << 24, int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue - 1, uint.MaxValue, 1L << 32, 1L << 40, 1L << 62, long.MaxValue - 1, long.MaxValue,
        -1, -2, -4, -8, -128, -32768, int.MinValue, int.MinValue + 1L, long.MinValue, long.MinValue + 1,
    ];

    private readonly Random _random = new(seed);

    /// <summary>From 0 to below a bound; 0 where there is nothing to draw from.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : _random.Next(bound);

    /// <summary>One in so many.</summary>
    public bool OneIn(int count) => _random.Next(count) == 0;

    public byte Byte() => (byte)_random.Next(256);

    public T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A number at which programs err: at the ends of types, around powers of two, negative.</summary>
    public long Number() => OneIn(4) ? Below(1 << (1 + Below(16))) : Of(Telling) + (OneIn(4) ? Below(5) - 2 : 0);

    /// <summary>How many of something: mostly few.</summary>
    public int Few(int most) => 1 + Below(1 + Below(most));
}
