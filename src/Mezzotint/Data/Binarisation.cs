namespace Mezzotint.Data;

/// <summary>
/// Black and white of grey, by chance (Salakhutdinov and Murray 2008, "On the Quantitative Analysis of Deep Belief Networks").
/// </summary>
public static class Binarisation
{
    private const ulong Purpose = 21;

    /// <summary>
    /// Makes each sample 1 with itself as the chance, else 0: a function of the seed, the image's number and the sample's place alone.
    /// </summary>
    /// <param name="samples">An image's samples in [0, 1].</param>
    /// <param name="seed">The seed.</param>
    /// <param name="image">The image's number.</param>
    public static void Draw(Span<float> samples, ulong seed, long image)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            ulong bits = CounterRandom.Bits(seed, Purpose, ((ulong)image << 32) + (ulong)i);
            samples[i] = (bits >> 40) * (1f / (1 << 24)) < samples[i] ? 1 : 0;
        }
    }
}
