using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>Latent vectors as pure functions of a seed, so that a sample is the same whatever is drawn beside it.</summary>
public static class Latents
{
    /// <summary>The smallest truncation: below it, drawing again until a number is small enough would take long.</summary>
    public const double LeastTruncation = 0.01;

    // Apart from what steps draw, whose fourth word is the number of a site.
    private const uint Purpose = 0x4C41544E;

    /// <summary>
    /// Normal numbers of mean 0 and variance 1; with a truncation, those of larger size are drawn again until they are not (the truncation
    /// trick of BigGAN, Brock et al. 2019): samples become more alike and, each by itself, better.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="values">Receives them.</param>
    /// <param name="truncation">The largest size, from 0.01 on; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The truncation is too small.</exception>
    public static void Normal(ulong seed, Span<float> values, double? truncation = null)
    {
        if (truncation is not (null or >= LeastTruncation))
            throw new ArgumentOutOfRangeException(nameof(truncation), truncation, $"A truncation is {LeastTruncation} or more.");
        for (int element = 0; element < values.Length; element++)
        {
            uint attempt = 0;
            do
            {
                (uint word0, uint word1, _, _) = Philox.Block((uint)element, attempt++, 0, Purpose, (uint)seed, (uint)(seed >> 32));
                values[element] = Philox.Normals(word0, word1).First;
            }
            while (Math.Abs(values[element]) > truncation);
        }
    }

    /// <summary>
    /// A vector between two, on the arc between them and of a length between theirs (White 2016, "Sampling Generative Networks"): halfway
    /// between two normal vectors on the straight line lie vectors shorter than a generator ever sees.
    /// </summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The second, of as many elements.</param>
    /// <param name="share">0 for the first, 1 for the second.</param>
    public static float[] Between(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double share)
    {
        double dot = 0, a = 0, b = 0;
        for (int i = 0; i < from.Length; i++) (dot, a, b) = (dot + (double)from[i] * to[i], a + (double)from[i] * from[i], b + (double)to[i] * to[i]);
        double angle = a == 0 || b == 0 ? 0 : Math.Acos(Math.Clamp(dot / Math.Sqrt(a * b), -1, 1)), sine = Math.Sin(angle);
        (double first, double second) = sine < 1e-6
            ? (1 - share, share)
            : (Math.Sin((1 - share) * angle) / sine, Math.Sin(share * angle) / sine);
        var between = new float[from.Length];
        for (int i = 0; i < between.Length; i++) between[i] = (float)(first * from[i] + second * to[i]);
        return between;
    }
}
