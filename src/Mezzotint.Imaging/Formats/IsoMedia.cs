using System.Buffers.Binary;

namespace Mezzotint.Imaging.Formats;

/// <summary>The container of a HEIF or AVIF file: boxes, one after the other (ISO/IEC 14496-12).</summary>
internal static class IsoMedia
{
    /// <summary>The brands among a file's first bytes, if they are a file-type box.</summary>
    public static IEnumerable<string> Brands(ReadOnlySpan<byte> head)
    {
        var brands = new List<string>();
        if (head.Length < 16 || !head[4..8].SequenceEqual("ftyp"u8)) return brands;
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)head.Length);
        for (var at = 8; at + 4 <= end; at += 4)
            if (at != 12) // the major brand's version
                brands.Add(System.Text.Encoding.Latin1.GetString(head.Slice(at, 4)));
        return brands;
    }

    /// <summary>Checks that every outermost box lies wholly in the file.</summary>
    /// <exception cref="InvalidDataException">One does not.</exception>
    public static void Check(Stream stream)
    {
        Span<byte> header = stackalloc byte[16];
        for (var at = 0L; at < stream.Length;)
        {
            stream.Position = at;
            var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (read < 8) throw new InvalidDataException("it ends too early");
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (size == 0) return; // the last box reaches to the end of the file
            if (size == 1) size = read < 16 ? -1 : BinaryPrimitives.ReadInt64BigEndian(header[8..]);
            if (size < 8 || size > stream.Length - at) throw new InvalidDataException("it ends too early");
            at += size;
        }
    }
}
