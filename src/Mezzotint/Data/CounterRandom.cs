namespace Mezzotint.Data;

/// <summary>
/// Random numbers as a pure function of what they are for: nothing to save and restore, and the hundredth does not need the ninety-nine
/// before it.
/// </summary>
/// <remarks>Each of seed, purpose and index passes through the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</remarks>
internal static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="purpose">What the number is for; numbers for different purposes are independent.</param>
    /// <param name="index">Which of them.</param>
    public static ulong Bits(ulong seed, ulong purpose, ulong index) => Mix(Mix(Mix(seed) ^ purpose) ^ index);

    /// <summary>
    /// A number from 0 to <paramref name="count"/> - 1, uniform to within 2^-32 of each other's chance for any count below 2^32.
    /// </summary>
    public static int Below(int count, ulong seed, ulong purpose, ulong index) =>
        (int)Math.BigMul(Bits(seed, purpose, index), (ulong)count, out _);

    private static ulong Mix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
