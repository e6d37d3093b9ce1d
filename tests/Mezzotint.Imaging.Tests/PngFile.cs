using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mezzotint.Imaging.Tests;

/// <summary>PNG files written chunk by chunk, to make those that no encoder would.</summary>
internal sealed class PngFile
{
    private readonly List<byte> _file = [];

    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
    public PngFile(int width, int height, int bitDepth, int colourType)
    {
        _file.AddRange([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bitDepth, (byte)colourType);
        Chunk("IHDR", header);
    }

    public PngFile Chunk(string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _file.AddRange((ReadOnlySpan<byte>)number);
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        _file.AddRange(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(body));
        _file.AddRange((ReadOnlySpan<byte>)number);
        return this;
    }

    /// <summary>Rows as they are packed, each behind a filter byte of 0.</summary>
    public PngFile Rows(params byte[][] rows) => Chunk("IDAT", Deflate(rows.SelectMany(row => (byte[])[0, .. row]).ToArray()));

    public byte[] End() => Chunk("IEND", []).Bytes;

    public byte[] Bytes => _file.ToArray();

    public static byte[] Deflate(byte[] data)
    {
        var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal)) deflate.Write(data);
        return compressed.ToArray();
    }

    /// <summary>The checksum bit by bit, as the PNG specification defines it.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
