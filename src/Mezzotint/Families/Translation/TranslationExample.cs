using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint.Families.Translation;

/// <summary>
/// Pairs put through a translator as training shows them to people and judges them: the middle of each, of the size that is trained on.
/// </summary>
/// <param name="translator">The translator.</param>
/// <param name="data">What it is trained on.</param>
/// <param name="palette">The colours of labels; null for ones that differ.</param>
internal sealed class TranslationExample(Translator translator, TranslationDataRecipe data, Palette? palette)
{
    // Whatever seed a training has, it is judged by the same inputs.
    private const ulong Seed = 0;

    /// <summary>What is given, what is made of it, and the truth.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="index">Which of them.</param>
    public (Picture Given, Picture Made, Picture Truth) Of(PairSet pairs, int index)
    {
        ImagePair pair = pairs.Load(index).Cover(data.Width, data.Height);
        int x = (pair.Target.Width - data.Width) / 2, y = (pair.Target.Height - data.Height) / 2;
        Picture truth = pair.Target.Crop(x, y, data.Width, data.Height);
        if (pair.Labels is { } labels)
        {
            LabelMap cut = Cut(labels);
            LabelMap? instances = pair.Instances is { } ids ? Cut(ids) : null;
            return ((palette ?? Palette.Distinct(data.Classes)).Colour(cut), translator.Translate(cut, new TranslationOptions { Instances = instances }), truth);
        }

        if (pair.Input is { } input)
        {
            Picture given = input.Crop(x, y, data.Width, data.Height);
            return (given, translator.Translate(given), truth);
        }

        PairCutter cutter = TranslationData.Cutter(data, segments: false);
        var batch = new PairBatch(1, cutter);
        cutter.Cut(pair, x, y, mirrored: false, Seed, (ulong)index, batch, 0);
        (Picture spoiled, Picture? mask) = Spoiled(batch.Condition, cutter);
        return (spoiled, translator.Translate(spoiled, new TranslationOptions { Mask = mask }), truth);

        LabelMap Cut(LabelMap map)
        {
            int[] values = new int[data.Width * data.Height];
            for (int row = 0; row < data.Height; row++) map.Values.AsSpan((y + row) * map.Width + x, data.Width).CopyTo(values.AsSpan(row * data.Width));
            return new LabelMap(data.Width, data.Height, values);
        }
    }

    /// <summary>What a corruption made, as a picture, and the mask of its holes, which are shown grey.</summary>
    private static (Picture Picture, Picture? Mask) Spoiled(float[] condition, PairCutter cutter)
    {
        int pixels = cutter.Width * cutter.Height;
        float[] samples = new float[pixels * 3], mask = new float[pixels];
        for (int i = 0; i < pixels; i++)
        {
            for (int c = 0; c < 3; c++) samples[3 * i + c] = Math.Clamp(0.5f * condition[i * cutter.Channels + c] + 0.5f, 0, 1);
            if (cutter.Channels != 4) continue;
            mask[i] = condition[4 * i + 3];
            if (mask[i] > 0) samples.AsSpan(3 * i, 3).Fill(0.5f);
        }

        return (
            Picture.FromFloats(samples, cutter.Width, cutter.Height, 3),
            cutter.Channels == 4 ? Picture.FromFloats(mask, cutter.Width, cutter.Height, 1) : null);
    }
}
