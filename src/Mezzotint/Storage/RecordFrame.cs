using System.Buffers.Binary;
using System.Numerics;

namespace Mezzotint.Storage;

/// <summary>
/// The frame of a TFRecord: the length in eight bytes, its checksum, the data, their checksum, all little-endian. The checksums are CRC-32C
/// (polynomial 1EDC6F41, as iSCSI's), rotated and shifted so that a checksum of data that hold checksums is none of them.
/// </summary>
internal static class RecordFrame
{
    private const int HeaderBytes = sizeof(ulong) + sizeof(uint);
    private const uint MaskDelta = 0xA282EAD8;
    private const int MaskRotation = 15;

    /// <summary>A record in its frame.</summary>
    public static byte[] Of(ReadOnlySpan<byte> data)
    {
        var framed = new byte[HeaderBytes + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(framed, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(sizeof(ulong)), Masked(framed.AsSpan(0, sizeof(ulong))));
        data.CopyTo(framed.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(HeaderBytes + data.Length), Masked(data));
        return framed;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte value in data) sum = BitOperations.Crc32C(sum, value);
        return BitOperations.RotateRight(~sum, MaskRotation) + MaskDelta;
    }
}
