using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// Makes of photographs what people have: small, blurred, noisy, saved as JPEG, perhaps twice. What happens to a sample is a function of
/// the seed and the sample's number alone.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class Degradation
{
    /// <summary>How many low-resolution pixels around a crop are degraded with it, so that its edges are like its middle.</summary>
    internal const int Margin = 8;

    private readonly DegradationRecipe _recipe;
    private readonly DegradationJpeg _jpeg = new();

    /// <summary>Degradations for a scale.</summary>
    /// <param name="recipe">What happens, how often and how strongly.</param>
    /// <param name="scale">How many times smaller, each way, the results are.</param>
    /// <param name="channels">Channels of the pictures.</param>
    public Degradation(DegradationRecipe recipe, int scale, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        (_recipe, Scale, Canvas) = (recipe, scale, new DegradationCanvas(channels));
    }

    /// <summary>How many times smaller, each way, the results are.</summary>
    public int Scale { get; }

    /// <summary>Channels of the pictures.</summary>
    public int Channels => Canvas.Channels;

    /// <summary>What is degraded.</summary>
    internal DegradationCanvas Canvas { get; }

    /// <summary>The low-resolution version of a whole picture.</summary>
    /// <param name="truth">The picture; its sides are multiples of the scale.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="number">The sample's number.</param>
    /// <returns>A picture of <see cref="Channels"/> channels and the truth's depth.</returns>
    /// <exception cref="ArgumentException">A side is not a multiple of the scale, or the channels do not fit.</exception>
    public Picture Apply(Picture truth, ulong seed, long number)
    {
        if (truth.Width % Scale != 0 || truth.Height % Scale != 0)
            throw new ArgumentException($"{truth.Width}x{truth.Height} is not a multiple of {Scale}.", nameof(truth));
        truth = TrainingChannels.Of(truth, Channels);
        int width = truth.Width / Scale, height = truth.Height / Scale;
        var draws = new DegradationDraws(seed, (ulong)number);
        if (IsClean(ref draws)) return truth.Resize(width, height);
        Span<float> samples = Canvas.Spare(truth.Width, truth.Height);
        truth.CopyTo(samples);
        foreach (ref float sample in samples) sample = DegradationCanvas.Level(sample, truth.BitDepth);
        Canvas.Take(truth.Width, truth.Height);
        Apply(ref draws, truth.BitDepth);
        float[] low = Canvas.Samples.ToArray();
        foreach (ref float sample in low.AsSpan()) sample /= 255;
        return Picture.FromFloats(low, width, height, Channels, truth.BitDepth);
    }

    /// <summary>Whether a sample is to be reduced by plain bicubic: its first draw.</summary>
    internal bool IsClean(ref DegradationDraws draws) => draws.Chance(_recipe.CleanShare);

    /// <summary>
    /// Degrades the canvas to the low resolution, to values that the depth can hold, with the draws that follow the first.
    /// </summary>
    internal void Apply(ref DegradationDraws draws, int bitDepth = 8)
    {
        int width = Canvas.Width / Scale, height = Canvas.Height / Scale;
        double size = Math.Min(draws.Between(_recipe.Size), Scale);
        Resize(Math.Max(1, (int)Math.Round(width * size)), Math.Max(1, (int)Math.Round(height * size)), ref draws);
        Pass(_recipe.First, size, ref draws);
        Resize(width, height, ref draws);
        Pass(_recipe.Second, 1, ref draws);
        Canvas.Round(bitDepth);
    }

    private void Resize(int width, int height, ref DegradationDraws draws) =>
        DegradationResize.Apply(Canvas, width, height, (DegradationResize.Kernel)draws.Below(DegradationResize.Kernels));

    // A photograph is blurred before it is resized; done afterwards, at as many times the deviation, it is the same and much less work.
    private void Pass(DegradationOrderRecipe order, double size, ref DegradationDraws draws)
    {
        if (draws.Chance(order.BlurShare))
        {
            double along = draws.Between(order.Blur) * size;
            double across = draws.Chance(order.AnisotropicShare) ? draws.Between(order.Blur) * size : along;
            DegradationBlur.Apply(Canvas, along, across, draws.Uniform() * Math.PI);
        }

        if (draws.Chance(order.NoiseShare))
        {
            float deviation = (float)draws.Between(order.Noise);
            DegradationNoise.Apply(Canvas, deviation, shot: draws.Chance(order.ShotShare), grey: draws.Chance(order.GreyShare), ref draws);
        }

        if (draws.Chance(order.JpegShare))
        {
            int quality = (int)Math.Round(draws.Between(order.JpegQuality));
            _jpeg.Apply(Canvas, quality, draws.Below(DegradationJpeg.Phases), draws.Below(DegradationJpeg.Phases));
        }
    }
}
