using System.Buffers.Binary;
using System.Text;

namespace Mezzotint.Imaging.Formats;

/// <summary>The container of a WebP file (RFC 9649).</summary>
internal static class Riff
{
    private const byte ProfileFlag = 0x20;
    private const byte AlphaFlag = 0x10;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    /// <summary>Checks that the file is as long as its header says.</summary>
    /// <exception cref="InvalidDataException">It is shorter.</exception>
    public static void Check(Stream stream)
    {
        Span<byte> header = stackalloc byte[12];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) + 8L > stream.Length)
            throw new InvalidDataException("it ends too early");
    }

    /// <summary>Copies an encoded still WebP that has no metadata, adding some.</summary>
    public static void Write(
        Stream webp, Stream output, int width, int height, bool hasAlpha,
        ReadOnlySpan<byte> profile, ReadOnlySpan<byte> exif, ReadOnlySpan<byte> xmp)
    {
        if (profile.IsEmpty && exif.IsEmpty && xmp.IsEmpty)
        {
            webp.CopyTo(output);
            return;
        }

        var pixels = ReadPixelChunks(webp);
        Span<byte> extended = stackalloc byte[10];
        extended[0] = (byte)((profile.IsEmpty ? 0 : ProfileFlag) | (hasAlpha ? AlphaFlag : 0)
            | (exif.IsEmpty ? 0 : ExifFlag) | (xmp.IsEmpty ? 0 : XmpFlag));
        WriteSize(extended[4..], width);
        WriteSize(extended[7..], height);

        var size = 4 + Padded(extended.Length) + pixels.Length;
        foreach (var length in (ReadOnlySpan<int>)[profile.Length, exif.Length, xmp.Length])
            if (length > 0)
                size += Padded(length);
        Span<byte> head = stackalloc byte[4];
        output.Write("RIFF"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)size);
        output.Write(head);
        output.Write("WEBP"u8);
        WriteChunk(output, "VP8X"u8, extended);
        WriteChunk(output, "ICCP"u8, profile);
        pixels.WriteTo(output);
        WriteChunk(output, "EXIF"u8, exif);
        WriteChunk(output, "XMP "u8, xmp);

        static long Padded(int length) => 8 + length + (length & 1);
    }

    private static MemoryStream ReadPixelChunks(Stream webp)
    {
        var pixels = new MemoryStream();
        var head = new byte[12];
        webp.ReadExactly(head);
        while (webp.ReadAtLeast(head.AsSpan(0, 8), 8, throwOnEndOfStream: false) == 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            var content = new byte[length + (length & 1)];
            webp.ReadExactly(content);
            if (Encoding.Latin1.GetString(head, 0, 4) is not ("VP8 " or "VP8L" or "ALPH")) continue;
            pixels.Write(head.AsSpan(0, 8));
            pixels.Write(content);
        }

        return pixels;
    }

    private static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return;
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)content.Length);
        output.Write(type);
        output.Write(length);
        output.Write(content);
        if ((content.Length & 1) != 0) output.WriteByte(0);
    }

    /// <summary>A side, less one, in three bytes.</summary>
    private static void WriteSize(Span<byte> field, int side)
    {
        (field[0], field[1], field[2]) = ((byte)(side - 1), (byte)((side - 1) >> 8), (byte)((side - 1) >> 16));
    }
}
