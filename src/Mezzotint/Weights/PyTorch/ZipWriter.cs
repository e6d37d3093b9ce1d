using System.Buffers.Binary;
using System.Text;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// Writes a zip archive of stored records, each of whose contents begins on a multiple of 64 bytes, as PyTorch writes its own; no record
/// has a time, so the same records are the same bytes.
/// </summary>
internal sealed class ZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const int LocalHeaderBytes = 30, CentralHeaderBytes = 46, EndBytes = 22;
    private const int ExtraHeaderBytes = 4;
    private const ushort PaddingField = 0x4246;
    private const ushort FirstDay = 1 << 5 | 1; // of 1980, where dates begin
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table =
    [
        .. Enumerable.Range(0, 256).Select(value =>
        {
            uint checksum = (uint)value;
            for (int bit = 0; bit < 8; bit++) checksum = (checksum >> 1) ^ ((checksum & 1) * Polynomial);
            return checksum;
        }),
    ];

    private readonly List<(byte[] Name, uint Checksum, uint Bytes, uint At)> _records = [];
    private long _position;

    /// <summary>Adds a record.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="WeightsException">The archive would be larger than 4 GB.</exception>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        int begin = LocalHeaderBytes + utf8.Length + ExtraHeaderBytes;
        int padding = (int)((Alignment - (_position + begin) % Alignment) % Alignment);
        if (_position + begin + padding + content.Length > uint.MaxValue)
            throw new WeightsException("A network of more than 4 GB cannot be written as a PyTorch file; write it as safetensors.");
        uint checksum = ChecksumOf(content);
        _records.Add((utf8, checksum, (uint)content.Length, (uint)_position));
        var header = new byte[LocalHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
        Common(header.AsSpan(4), utf8, checksum, (uint)content.Length, ExtraHeaderBytes + padding);
        var extra = new byte[ExtraHeaderBytes + padding];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, PaddingField);
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)padding);
        Write(header);
        Write(utf8);
        Write(extra);
        Write(content);
    }

    /// <summary>Writes the directory, which ends the archive.</summary>
    public void Finish()
    {
        long directory = _position;
        foreach ((byte[] name, uint checksum, uint bytes, uint at) in _records)
        {
            var header = new byte[CentralHeaderBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014B50);
            Common(header.AsSpan(6), name, checksum, bytes, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), at);
            Write(header);
            Write(name);
        }

        var end = new byte[EndBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)_records.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)_records.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(_position - directory));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)directory);
        Write(end);
    }

    /// <summary>The CRC-32 of the zip format.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> content)
    {
        uint checksum = ~0u;
        foreach (byte value in content) checksum = (checksum >> 8) ^ Table[(byte)(checksum ^ value)];
        return ~checksum;
    }

    /// <summary>What the two headers of a record have in common, from the version on.</summary>
    private static void Common(Span<byte> header, byte[] name, uint checksum, uint bytes, int extra)
    {
        const ushort version = 20, namesAreUtf8 = 1 << 11;
        BinaryPrimitives.WriteUInt16LittleEndian(header, version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], namesAreUtf8);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], FirstDay);
        BinaryPrimitives.WriteUInt32LittleEndian(header[10..], checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(header[14..], bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[18..], bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[24..], (ushort)extra);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }
}
