namespace Mezzotint.Imaging.Tests;

/// <summary>Uncompressed little-endian TIFF files, directories first and pixels last, to make those that our writer does not.</summary>
internal static class TiffFile
{
    public const ushort Short = 3;
    public const ushort Long = 4;

    /// <summary>One page: its pixels, and tags beside those that tell where the pixels are.</summary>
    public sealed record Page(byte[] Pixels, params (ushort Tag, uint[] Values)[] Tags);

    public static byte[] Make(params Page[] pages)
    {
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8);
        foreach (var page in pages)
        {
            // 273 StripOffsets, 279 StripByteCounts
            var tags = page.Tags
                .Append(((ushort)273, [0])).Append(((ushort)279, [(uint)page.Pixels.Length])).OrderBy(tag => tag.Item1).ToArray();
            var extra = (int)file.Position + 2 + (12 * tags.Length) + 4;
            var pixels = extra + tags.Sum(tag => tag.Item2.Length > 1 ? 4 * tag.Item2.Length : 0);
            writer.Write((ushort)tags.Length);
            var later = new List<uint>();
            foreach (var (tag, values) in tags)
            {
                writer.Write(tag);
                writer.Write(Long);
                writer.Write(values.Length);
                if (values.Length > 1)
                {
                    writer.Write(extra + (4 * later.Count));
                    later.AddRange(values);
                }
                else
                {
                    writer.Write(tag == 273 ? (uint)pixels : values[0]);
                }
            }

            writer.Write(page == pages[^1] ? 0 : pixels + page.Pixels.Length);
            foreach (var value in later) writer.Write(value);
            writer.Write(page.Pixels);
        }

        return file.ToArray();
    }

    /// <param name="photometric">0 white is zero, 1 black is zero, 2 RGB, 5 CMYK, 8 CIE Lab.</param>
    /// <param name="sampleFormat">1 unsigned, 2 signed, 3 floating point.</param>
    public static Page Plain(
        byte[] pixels, uint width, uint height, uint channels, uint bits, uint photometric, uint sampleFormat = 1,
        uint orientation = 1) => new(
        pixels,
        (256, [width]), (257, [height]), (258, Enumerable.Repeat(bits, (int)channels).ToArray()), (259, [1]), (262, [photometric]),
        (274, [orientation]), (277, [channels]), (278, [height]), (284, [1]),
        (339, Enumerable.Repeat(sampleFormat, (int)channels).ToArray()));
}
