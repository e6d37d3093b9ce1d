namespace Mezzotint.Imaging.Formats;

/// <summary>The checksum of PNG's chunks (ISO 3309), four tables at a time.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    public const uint Start = 0xFFFFFFFF;

    /// <summary>Continues a checksum that began with <see cref="Start"/>; its complement is what the file holds.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var (t0, t1, t2, t3) = (Tables[0], Tables[1], Tables[2], Tables[3]);
        var i = 0;
        for (; i + 4 <= bytes.Length; i += 4)
        {
            crc ^= System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]);
            crc = t3[crc & 0xFF] ^ t2[(crc >> 8) & 0xFF] ^ t1[(crc >> 16) & 0xFF] ^ t0[crc >> 24];
        }

        for (; i < bytes.Length; i++) crc = t0[(crc ^ bytes[i]) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[4][];
        for (var k = 0; k < 4; k++) tables[k] = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            tables[0][n] = c;
        }

        for (var k = 1; k < 4; k++)
            for (var n = 0; n < 256; n++)
                tables[k][n] = tables[0][tables[k - 1][n] & 0xFF] ^ (tables[k - 1][n] >> 8);
        return tables;
    }
}
