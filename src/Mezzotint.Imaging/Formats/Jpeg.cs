using System.Buffers.Binary;

namespace Mezzotint.Imaging.Formats;

/// <summary>
/// The segments that carry a JPEG's metadata. They are written here and not by libvips, which takes an EXIF block apart and puts
/// together what it knows of it: maker notes would not survive.
/// </summary>
internal static class Jpeg
{
    /// <summary>Warnings of libjpeg that cameras' and phones' whole files are known to cause.</summary>
    private static readonly string[] HarmlessWarnings =
    [
        "extraneous bytes before marker",
        "Invalid SOS parameters for sequential JPEG",
        "unknown JFIF revision number",
        "Unknown Adobe color transform",
    ];

    private const int MaximumSegment = ushort.MaxValue - 2;
    private const byte EndOfImage = 0xD9;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;

    private static ReadOnlySpan<byte> XmpPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> ProfilePrefix => "ICC_PROFILE\0"u8;

    /// <summary>Checks that the markers lead to an end of image, which a decoder does not look for once it has all rows.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static void Check(Stream stream)
    {
        var buffer = new byte[1 << 16];
        int length = 0, at = 0;
        for (var marker = Next(); ; marker = Next())
        {
            if (marker != 0xFF) continue;
            while (marker == 0xFF) marker = Next();
            // 00 stands for an FF among the data, 01 and D0 to D8 stand alone, and every other marker has a length and content.
            if (marker == EndOfImage) return;
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8)) continue;
            for (var skip = (Next() << 8 | Next()) - 2; skip > 0; skip--) Next();
        }

        byte Next()
        {
            if (at == length)
            {
                (length, at) = (stream.Read(buffer), 0);
                if (length == 0) throw new InvalidDataException("it ends too early");
            }

            return buffer[at++];
        }
    }

    /// <summary>True when what libvips reported are nothing but warnings that leave the pixels whole.</summary>
    public static bool IsHarmless(string report) => report
        .Split("; ")
        .Where(line => line.StartsWith("VipsJpeg:", StringComparison.Ordinal))
        .DefaultIfEmpty("")
        .All(line => HarmlessWarnings.Any(warning => line.Contains(warning, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// Copies an encoded JPEG behind a JFIF header of our own (the encoder's, if there is one, is left out) with the density, in pixels
    /// per millimetre, and metadata. What is too long for a segment is left out.
    /// </summary>
    public static void Write(
        Stream jpeg, Stream output, (double Horizontal, double Vertical)? density,
        ReadOnlySpan<byte> profile, ReadOnlySpan<byte> exif, ReadOnlySpan<byte> xmp)
    {
        Span<byte> head = stackalloc byte[6];
        jpeg.ReadExactly(head);
        output.Write(head[..2]);
        WriteDensity(output, density);
        if (exif.Length > 0 && exif.Length + Exif.Prefix.Length <= MaximumSegment) WriteSegment(output, App1, Exif.Prefix, exif);
        if (xmp.Length > 0 && xmp.Length + XmpPrefix.Length <= MaximumSegment) WriteSegment(output, App1, XmpPrefix, xmp);
        WriteProfile(output, profile);
        if (head[3] == App0) jpeg.ReadExactly(new byte[BinaryPrimitives.ReadUInt16BigEndian(head[4..]) - 2]);
        else output.Write(head[2..]);
        jpeg.CopyTo(output);
    }

    private static void WriteDensity(Stream output, (double Horizontal, double Vertical)? density)
    {
        const byte AspectRatio = 0, DotsPerInch = 1;
        Span<byte> header = [1, 2, /* version */ density is null ? AspectRatio : DotsPerInch, 0, 1, 0, 1, 0, 0 /* no thumbnail */];
        if (density is { } dots)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[3..], PerInch(dots.Horizontal));
            BinaryPrimitives.WriteUInt16BigEndian(header[5..], PerInch(dots.Vertical));
        }

        WriteSegment(output, App0, "JFIF\0"u8, header);

        static ushort PerInch(double perMillimetre) => (ushort)Math.Clamp(Math.Round(perMillimetre * 25.4), 1, ushort.MaxValue);
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
