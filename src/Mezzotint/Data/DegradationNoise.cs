namespace Mezzotint.Data;

/// <summary>Noise, independent from pixel to pixel.</summary>
internal static class DegradationNoise
{
    /// <param name="canvas">What noise is added to.</param>
    /// <param name="deviation">Its standard deviation (that of shot noise: at white).</param>
    /// <param name="shot">Whether the deviation goes with the square root of the brightness.</param>
    /// <param name="grey">Whether it is the same in all channels.</param>
    /// <param name="draws">Where it comes from.</param>
    public static void Apply(DegradationCanvas canvas, float deviation, bool shot, bool grey, ref DegradationDraws draws)
    {
        Span<float> samples = canvas.Samples;
        float common = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            float normal = grey && i % canvas.Channels != 0 ? common : draws.Normal();
            common = normal;
            float strength = shot ? deviation * MathF.Sqrt(Math.Clamp(samples[i] / 255, 0, 1)) : deviation;
            samples[i] = Math.Clamp(samples[i] + strength * normal, 0, 255);
        }
    }
}
