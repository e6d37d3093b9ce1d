using System.Buffers.Binary;
using System.IO.Compression;

namespace Mezzotint.Tests.Data;

/// <summary>Makes files of the IDX format.</summary>
internal static class IdxBytes
{
    /// <summary>The header and the elements.</summary>
    public static byte[] Of(ReadOnlySpan<byte> elements, params int[] extents)
    {
        var bytes = new byte[4 + 4 * extents.Length + elements.Length];
        (bytes[2], bytes[3]) = (0x08, (byte)extents.Length);
        for (int i = 0; i < extents.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), extents[i]);
        elements.CopyTo(bytes.AsSpan(4 + 4 * extents.Length));
        return bytes;
    }

    /// <summary>The same, packed.</summary>
    public static byte[] Pack(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return packed.ToArray();
    }
}
