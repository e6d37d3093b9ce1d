using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Families.Translation;

/// <summary>Small pairs, written to files: coloured blocks, their labels, and what is to come of them.</summary>
internal static class PairFiles
{
    public const int Side = 32;

    /// <summary>
    /// Side by side: a picture of blocks of random colours, and the same with its colours turned round: (r, g, b) to (255 - b, r, g).
    /// </summary>
    public static void WriteColours(string folder, int count, int first = 0)
    {
        Directory.CreateDirectory(folder);
        for (int n = first; n < first + count; n++)
        {
            var random = new Random(n);
            byte[] blocks = new byte[16 * 3], pixels = new byte[Side * Side * 2 * 3];
            random.NextBytes(blocks);
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                {
                    ReadOnlySpan<byte> c = blocks.AsSpan((y / 8 * 4 + x / 8) * 3, 3);
                    int at = (y * 2 * Side + x) * 3;
                    c.CopyTo(pixels.AsSpan(at));
                    (pixels[at + Side * 3], pixels[at + Side * 3 + 1], pixels[at + Side * 3 + 2]) = ((byte)(255 - c[2]), c[0], c[1]);
                }
            }

            Picture.FromSamples(pixels, 2 * Side, Side, 3).Save(Path.Combine(folder, $"{n:00}.png"));
        }
    }

    /// <summary>Folders A, B and C: labels 0 to 2 in stripes, a picture of the classes' colours, and an instance a stripe.</summary>
    public static void WriteLabels(string folder, int count)
    {
        foreach (string name in new[] { "A", "B", "C" }) Directory.CreateDirectory(Path.Combine(folder, name));
        for (int n = 0; n < count; n++)
        {
            byte[] labels = new byte[Side * Side], instances = new byte[Side * Side], picture = new byte[Side * Side * 3];
            for (int i = 0; i < labels.Length; i++)
            {
                int stripe = i % Side / 8;
                labels[i] = (byte)((stripe + n) % 3);
                instances[i] = (byte)(100 + stripe);
                picture[3 * i + labels[i]] = 220;
            }

            Picture.FromSamples(labels, Side, Side, 1).Save(Path.Combine(folder, "A", $"{n}.png"));
            Picture.FromSamples(picture, Side, Side, 3).Save(Path.Combine(folder, "B", $"{n}.png"));
            Picture.FromSamples(instances, Side, Side, 1).Save(Path.Combine(folder, "C", $"{n}.png"));
        }
    }
}
