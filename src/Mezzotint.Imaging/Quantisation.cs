namespace Mezzotint.Imaging;

/// <summary>Between samples of 8 bits, of 16 bits, and of floats in [0,1].</summary>
internal static class Quantisation
{
    private static readonly float[] Fractions = [.. Enumerable.Range(0, 256).Select(sample => sample / 255f)];

    public static void CheckDepth(int bitDepth)
    {
        if (bitDepth is not (8 or 16))
            throw new ArgumentOutOfRangeException(nameof(bitDepth), bitDepth, "A picture has 8 or 16 bits a sample.");
    }

    public static void ToFloats(ReadOnlySpan<byte> samples, Span<float> floats)
    {
        for (var i = 0; i < samples.Length; i++) floats[i] = Fractions[samples[i]];
    }

    public static void ToFloats(ReadOnlySpan<ushort> samples, Span<float> floats)
    {
        for (var i = 0; i < samples.Length; i++) floats[i] = samples[i] / 65535f;
    }

    public static Array FromFloats(ReadOnlySpan<float> floats, int bitDepth)
    {
        CheckDepth(bitDepth);
        var sum = 0f;
        if (bitDepth == 8)
        {
            var bytes = new byte[floats.Length];
            for (var i = 0; i < bytes.Length; i++)
            {
                var value = Math.Clamp(floats[i], 0f, 1f);
                sum += value;
                bytes[i] = (byte)((value * 255.0) + 0.5);
            }

            return float.IsNaN(sum) ? throw NotANumber(floats) : bytes;
        }

        var words = new ushort[floats.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var value = Math.Clamp(floats[i], 0f, 1f);
            sum += value;
            words[i] = (ushort)((value * 65535.0) + 0.5);
        }

        return float.IsNaN(sum) ? throw NotANumber(floats) : words;
    }

    /// <summary>To 8 bits: the nearest of v / 257.</summary>
    public static void Narrow(ReadOnlySpan<ushort> samples, Span<byte> bytes)
    {
        for (var i = 0; i < samples.Length; i++) bytes[i] = (byte)((samples[i] + 128) / 257);
    }

    public static void Widen(ReadOnlySpan<byte> samples, Span<ushort> words)
    {
        for (var i = 0; i < samples.Length; i++) words[i] = (ushort)(samples[i] * 257);
    }

    private static ArgumentException NotANumber(ReadOnlySpan<float> floats)
    {
        var at = 0;
        while (!float.IsNaN(floats[at])) at++;
        return new ArgumentException($"Sample {at} of {floats.Length} is not a number.", nameof(floats));
    }
}
