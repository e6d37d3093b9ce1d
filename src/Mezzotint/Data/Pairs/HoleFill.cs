namespace Mezzotint.Data.Pairs;

/// <summary>
/// What a network is shown in holes: colours that go on smoothly from the known pixels around them. Known pixels are pulled up a pyramid of
/// means, which are pushed down again to where nothing is known (pull-push; Gortler et al. 1996, "The Lumigraph"). So a network begins with
/// the colour of the sky, and not with grey.
/// </summary>
internal static class HoleFill
{
    private const int Colours = 3;

    /// <summary>Fills the missing pixels of a picture; where no pixel is known, with 0.</summary>
    /// <param name="samples">Row by row, pixels of so many channels.</param>
    /// <param name="channels">The channels of a pixel, of which the first three are filled.</param>
    /// <param name="missing">Row by row, whether a pixel is missing.</param>
    /// <param name="width">Columns.</param>
    public static void Apply(Span<float> samples, int channels, ReadOnlySpan<bool> missing, int width)
    {
        if (!missing.Contains(true)) return;
        if (!missing.Contains(false))
        {
            for (int i = 0; i < missing.Length; i++) samples.Slice(channels * i, Colours).Clear();
            return;
        }

        int height = missing.Length / width, halfWidth = (width + 1) / 2, halfHeight = (height + 1) / 2;
        float[] means = new float[Colours * halfWidth * halfHeight];
        int[] known = new int[halfWidth * halfHeight];
        for (int i = 0; i < missing.Length; i++)
        {
            if (missing[i]) continue;
            int above = i / width / 2 * halfWidth + i % width / 2;
            known[above]++;
            for (int c = 0; c < Colours; c++) means[Colours * above + c] += samples[channels * i + c];
        }

        for (int i = 0; i < means.Length; i++) means[i] /= Math.Max(1, known[i / Colours]);
        Apply(means, Colours, [.. known.Select(count => count == 0)], halfWidth);

        // Bilinear: a pixel lies a quarter of the coarser pixels' distance from its own one's middle.
        for (int i = 0; i < missing.Length; i++)
        {
            if (!missing[i]) continue;
            int y = i / width, x = i % width, own = y / 2 * halfWidth, x0 = x / 2;
            int next = Math.Clamp(y / 2 + 2 * (y & 1) - 1, 0, halfHeight - 1) * halfWidth, x1 = Math.Clamp(x0 + 2 * (x & 1) - 1, 0, halfWidth - 1);
            for (int c = 0; c < Colours; c++)
            {
                float here = 0.75f * means[Colours * (own + x0) + c] + 0.25f * means[Colours * (own + x1) + c];
                float there = 0.75f * means[Colours * (next + x0) + c] + 0.25f * means[Colours * (next + x1) + c];
                samples[channels * i + c] = 0.75f * here + 0.25f * there;
            }
        }
    }
}
