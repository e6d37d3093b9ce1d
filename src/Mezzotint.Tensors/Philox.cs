namespace Mezzotint.Tensors;

/// <summary>
/// Philox4x32-10, the counter-based random function of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011),
/// and the distributions made of its words. Every device draws by these definitions: element e of a site takes word e mod 4 of the block
/// whose counter is (low and high word of e / 4, step, site) under the key (low and high word of the seed).
/// </summary>
public static class Philox
{
    private const double Unit = 1.0 / (1L << 32);

    /// <summary>Four random words, a pure function of a counter and a key.</summary>
    /// <param name="c0">The counter's lowest word.</param>
    /// <param name="c1">The counter's second word.</param>
    /// <param name="c2">The counter's third word.</param>
    /// <param name="c3">The counter's highest word.</param>
    /// <param name="k0">The key's low word.</param>
    /// <param name="k1">The key's high word.</param>
    public static (uint W0, uint W1, uint W2, uint W3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * c0, product1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>A number in [0, 1) from the upper 24 bits of a word.</summary>
    public static float Uniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>
    /// Two independent standard normal numbers from two words, by the transform of Box and Muller (1958) in double precision. The first two
    /// words of a block make its first two elements, the others the last two.
    /// </summary>
    public static (float First, float Second) Normals(uint word0, uint word1)
    {
        double radius = Math.Sqrt(-2 * Math.Log((word0 + 1.0) * Unit));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * (word1 * Unit));
        return ((float)(radius * cosine), (float)(radius * sine));
    }
}
