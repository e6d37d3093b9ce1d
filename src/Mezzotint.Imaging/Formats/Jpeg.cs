using System.Buffers.Binary;

namespace Mezzotint.Imaging.Formats;

/// <summary>
/// The segments that carry a JPEG's metadata. They are written here and not by libvips, which takes an EXIF block apart and puts
/// together what it knows of it: maker notes would not survive.
/// </summary>
internal static class Jpeg
{
    private const int MaximumSegment = ushort.MaxValue - 2;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;

    private static ReadOnlySpan<byte> XmpPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> ProfilePrefix => "ICC_PROFILE\0"u8;

    /// <summary>Copies an encoded JPEG, adding metadata behind its JFIF header. What is too long for a segment is left out.</summary>
    public static void Write(Stream jpeg, Stream output, ReadOnlySpan<byte> profile, ReadOnlySpan<byte> exif, ReadOnlySpan<byte> xmp)
    {
        var head = new byte[6];
        jpeg.ReadExactly(head);
        var jfif = head[3] == App0 ? BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4)) - 2 : -4;
        output.Write(head.AsSpan(0, 6 + Math.Min(jfif, 0)));
        if (jfif >= 0)
        {
            var rest = new byte[jfif];
            jpeg.ReadExactly(rest);
            output.Write(rest);
        }

        if (exif.Length > 0 && exif.Length + Exif.Prefix.Length <= MaximumSegment) WriteSegment(output, App1, Exif.Prefix, exif);
        if (xmp.Length > 0 && xmp.Length + XmpPrefix.Length <= MaximumSegment) WriteSegment(output, App1, XmpPrefix, xmp);
        WriteProfile(output, profile);
        if (jfif < 0) output.Write(head.AsSpan(2));
        jpeg.CopyTo(output);
    }

    /// <summary>A profile may take up to 255 segments, each with its number and their count.</summary>
    private static void WriteProfile(Stream output, ReadOnlySpan<byte> profile)
    {
        var room = MaximumSegment - ProfilePrefix.Length - 2;
        var count = (profile.Length + room - 1) / room;
        if (count > byte.MaxValue) return;
        for (var i = 0; i < count; i++)
        {
            var part = profile[(i * room)..Math.Min((i + 1) * room, profile.Length)];
            WriteSegment(output, App2, [.. ProfilePrefix, (byte)(i + 1), (byte)count], part);
        }
    }

    private static void WriteSegment(Stream output, byte marker, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(prefix.Length + content.Length + 2));
        output.Write(head);
        output.Write(prefix);
        output.Write(content);
    }
}
