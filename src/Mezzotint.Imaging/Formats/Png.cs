using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mezzotint.Imaging.Formats;

/// <summary>
/// The chunks around a PNG's pixels (PNG specification, third edition). libvips decodes the pixels; text, EXIF and XMP are read and
/// written here, because its versions differ in which of them they keep; and every chunk's checksum and the closing chunk are checked,
/// because a decoder is content once it has seen the last row.
/// </summary>
internal static class Png
{
    /// <summary>What a file's texts may take together, inflated; those beyond are left out, and a bomb among them is harmless.</summary>
    private const int MaximumTextBytes = 16 << 20;
    private const string XmpKeyword = "XML:com.adobe.xmp";

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Columns and rows, from a file's first 24 bytes.</summary>
    public static (long Width, long Height) ReadSize(ReadOnlySpan<byte> head) => head.Length < 24
        ? throw new InvalidDataException("it ends too early")
        : (BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));

    /// <summary>Reads every chunk of a PNG but for the pixels, and those too, for their checksums, when told to verify.</summary>
    /// <exception cref="InvalidDataException">The file ends before its closing chunk, or a checksum does not match.</exception>
    public static PngMetadata Read(Stream stream, bool verify)
    {
        var head = new byte[8];
        var buffer = new byte[1 << 16];
        ReadExactly(stream, head);
        if (!head.AsSpan().SequenceEqual(Signature)) throw new InvalidDataException("it has no PNG signature");

        byte[] exif = [], xmp = [];
        var text = new Dictionary<string, string>(StringComparer.Ordinal);
        var budget = MaximumTextBytes;
        while (true)
        {
            ReadExactly(stream, head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = Encoding.Latin1.GetString(head, 4, 4);
            if (length > int.MaxValue) throw new InvalidDataException("a chunk announces an impossible length");
            MemoryStream? kept = null;
            if (type is "tEXt" or "zTXt" or "iTXt" or "eXIf" && length <= budget)
            {
                kept = new MemoryStream((int)length);
                budget -= (int)length;
            }

            if (kept is null && !verify && type != "IEND")
            {
                stream.Position += length + 4;
                continue;
            }

            var crc = Crc32.Append(Crc32.Start, head.AsSpan(4));
            for (var left = (int)length; left > 0;)
            {
                var part = buffer.AsSpan(0, Math.Min(left, buffer.Length));
                ReadExactly(stream, part);
                crc = Crc32.Append(crc, part);
                kept?.Write(part);
                left -= part.Length;
            }

            ReadExactly(stream, head.AsSpan(0, 4));
            if (BinaryPrimitives.ReadUInt32BigEndian(head) != ~crc)
                throw new InvalidDataException(type.All(char.IsAsciiLetter) ? $"the checksum of a {type} chunk is wrong" : "the checksum of a chunk is wrong");
            if (type == "IEND") return new PngMetadata(exif, xmp, text);
            if (kept is null) continue;

            if (type == "eXIf")
                exif = Exif.Normalise(kept.ToArray());
            else if (ReadText(type, kept.ToArray(), ref budget) is var (keyword, value))
            {
                if (keyword == XmpKeyword) xmp = Encoding.UTF8.GetBytes(value);
                else text[keyword] = value;
            }
        }
    }

    /// <summary>Writes EXIF, XMP and texts as chunks.</summary>
    public static void WriteMetadata(Stream output, PngMetadata metadata)
    {
        if (metadata.Exif.Length > 0) WriteChunk(output, "eXIf", metadata.Exif);
        if (metadata.Xmp.Length > 0) WriteChunk(output, "iTXt", TextChunk(XmpKeyword, metadata.Xmp));
        foreach (var (keyword, value) in metadata.Text) WriteChunk(output, "iTXt", TextChunk(keyword, Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>True when a word may name a text: 1 to 79 printable Latin-1 characters, no space at either end or doubled.</summary>
    public static bool IsKeyword(string keyword) =>
        keyword.Length is >= 1 and <= 79
        && keyword.All(c => c is >= ' ' and <= '~' or >= '\u00A1' and <= '\u00FF')
        && keyword[0] != ' ' && keyword[^1] != ' ' && !keyword.Contains("  ", StringComparison.Ordinal)
        && keyword != XmpKeyword;

    private static (string Keyword, string Value)? ReadText(string type, ReadOnlySpan<byte> chunk, ref int budget)
    {
        var end = chunk.IndexOf((byte)0);
        if (end is < 1 or > 79) return null;
        var keyword = Encoding.Latin1.GetString(chunk[..end]);
        var rest = chunk[(end + 1)..];
        switch (type)
        {
            case "tEXt":
                return (keyword, Encoding.Latin1.GetString(rest));
            case "zTXt":
                if (rest.IsEmpty) return null;
                return Inflate(rest[1..], ref budget) is { } latin ? (keyword, Encoding.Latin1.GetString(latin)) : null;
            default:
                if (rest.Length < 2) return null;
                var compressed = rest[0] != 0;
                rest = rest[2..];
                for (var skipped = 0; skipped < 2; skipped++)
                {
                    // A language tag and a translated keyword stand before the text.
                    var zero = rest.IndexOf((byte)0);
                    if (zero < 0) return null;
                    rest = rest[(zero + 1)..];
                }

                if (!compressed) return (keyword, Encoding.UTF8.GetString(rest));
                return Inflate(rest, ref budget) is { } utf8 ? (keyword, Encoding.UTF8.GetString(utf8)) : null;
        }
    }

    private static byte[]? Inflate(ReadOnlySpan<byte> compressed, ref int budget)
    {
        try
        {
            using var inflater = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            Span<byte> part = stackalloc byte[4096];
            for (int read; (read = inflater.Read(part)) > 0; inflated.Write(part[..read]))
                if ((budget -= read) < 0)
                    return null;
            return inflated.ToArray();
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException) // the latter for a dictionary that nobody has
        {
            return null;
        }
    }

    private static byte[] TextChunk(string keyword, ReadOnlySpan<byte> utf8) =>
        [.. Encoding.Latin1.GetBytes(keyword), 0, /* not compressed */ 0, 0, /* no language */ 0, /* no translation */ 0, .. utf8];

    public static void WriteChunk(Stream output, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)data.Length);
        Encoding.Latin1.GetBytes(type, head[4..]);
        output.Write(head);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(head, ~Crc32.Append(Crc32.Append(Crc32.Start, head[4..]), data));
        output.Write(head[..4]);
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("it ends too early");
    }
}
