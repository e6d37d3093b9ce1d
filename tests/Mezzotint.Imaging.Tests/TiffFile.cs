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

    /// <summary>One page whose channels lie in planes, one strip each, in either order of bytes, classic or big.</summary>
    public static byte[] InPlanes(ushort[][] planes, int width, int height, int bits, int photometric, bool bigEndian = false, bool isBig = false)
    {
        var file = new MemoryStream();
        var strips = planes.Select(plane => plane.SelectMany(sample => Number((ulong)sample, bits / 8)).ToArray()).ToArray();
        var (head, entryBytes, word) = isBig ? (16, 20, 8) : (8, 12, 4);
        var ends = strips.Select((_, i) => head + strips.Take(i + 1).Sum(strip => strip.Length)).ToArray();
        (int Tag, ulong[] Values)[] tags =
        [
            (256, [(ulong)width]), (257, [(ulong)height]), (258, [.. planes.Select(_ => (ulong)bits)]), (259, [1]), (262, [(ulong)photometric]),
            (273, [.. strips.Select((strip, i) => (ulong)(ends[i] - strip.Length))]), (277, [(ulong)planes.Length]), (278, [(ulong)height]),
            (279, [.. strips.Select(strip => (ulong)strip.Length)]), (284, [2]), (339, [.. planes.Select(_ => 1ul)]),
        ];
        file.Write(bigEndian ? "MM"u8 : "II"u8);
        file.Write(Number(isBig ? 43u : 42u, 2));
        if (isBig) file.Write([.. Number(8, 2), .. Number(0, 2)]);
        file.Write(Number((ulong)ends[^1], word));
        foreach (var strip in strips) file.Write(strip);
        file.Write(Number((ulong)tags.Length, isBig ? 8 : 2));
        var later = new MemoryStream();
        var place = ends[^1] + (isBig ? 8 : 2) + (tags.Length * entryBytes) + word;
        foreach (var (tag, values) in tags)
        {
            // Shorts, but for places and lengths.
            var isLong = tag is 273 or 279;
            var bytes = values.SelectMany(value => Number(value, isLong ? 4 : 2)).ToArray();
            file.Write([.. Number((ulong)tag, 2), .. Number(isLong ? Long : Short, 2), .. Number((ulong)values.Length, word)]);
            file.Write(bytes.Length > word ? Number((ulong)(place + later.Length), word) : [.. bytes, .. new byte[word - bytes.Length]]);
            if (bytes.Length > word) later.Write(bytes);
        }

        file.Write(new byte[word]);
        file.Write(later.ToArray());
        return file.ToArray();

        byte[] Number(ulong value, int bytes)
        {
            var number = Enumerable.Range(0, bytes).Select(i => (byte)(value >> (8 * i)));
            return [.. bigEndian ? number.Reverse() : number];
        }
    }
}
