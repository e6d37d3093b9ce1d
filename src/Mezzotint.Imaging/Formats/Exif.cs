using System.Buffers.Binary;

namespace Mezzotint.Imaging.Formats;

/// <summary>
/// An EXIF block: a TIFF header and directories of tags. Only what changes with the pixels is read or written here (orientation, size,
/// thumbnail), in place, so that offsets in maker notes stay right. Whatever does not parse is left alone.
/// </summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ExifDirectoryTag = 0x8769;
    private const ushort WidthTag = 0xA002;
    private const ushort HeightTag = 0xA003;
    private const ushort ImageWidthTag = 0x0100;
    private const ushort ImageHeightTag = 0x0101;
    private const ushort ShortType = 3;
    private const ushort LongType = 4;

    /// <summary>What stands before the block in a JPEG, and in some encoders' files of other formats.</summary>
    public static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The TIFF block alone, from its byte-order mark on; empty when there is none.</summary>
    public static byte[] Normalise(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith(Prefix)) block = block[Prefix.Length..];
        return block.Length >= 8 && (block.StartsWith("II*\0"u8) || block.StartsWith("MM\0*"u8)) ? block.ToArray() : [];
    }

    /// <summary>1 to 8, the first row and column of the stored pixels as the standard numbers them; 1 when nothing is said.</summary>
    public static int Orientation(ReadOnlySpan<byte> block)
    {
        var entry = Find(block, FirstDirectory(block), OrientationTag);
        if (entry < 0) return 1;
        var value = ReadValue(block, entry);
        return value is >= 1 and <= 8 ? (int)value : 1;
    }

    /// <summary>The block of a picture whose pixels stand upright and measure <paramref name="width"/> by <paramref name="height"/>,
    /// without the thumbnail, which shows the old ones.</summary>
    public static byte[] Upright(ReadOnlySpan<byte> block, int width, int height)
    {
        var result = block.ToArray();
        var first = FirstDirectory(result);
        WriteValue(result, Find(result, first, OrientationTag), 1);
        WriteValue(result, Find(result, first, ImageWidthTag), (uint)width);
        WriteValue(result, Find(result, first, ImageHeightTag), (uint)height);
        var pointer = Find(result, first, ExifDirectoryTag);
        if (pointer >= 0)
        {
            var directory = ReadValue(result, pointer);
            WriteValue(result, Find(result, directory, WidthTag), (uint)width);
            WriteValue(result, Find(result, directory, HeightTag), (uint)height);
        }

        var next = first + 2 + (12L * Count(result, first));
        if (Count(result, first) > 0 && next + 4 <= result.Length) result.AsSpan((int)next, 4).Clear();
        return result;
    }

    private static bool IsLittleEndian(ReadOnlySpan<byte> block) => block[0] == (byte)'I';

    private static long FirstDirectory(ReadOnlySpan<byte> block) => block.Length < 8 ? -1 : ReadLong(block, 4);

    private static int Count(ReadOnlySpan<byte> block, long directory) =>
        directory < 8 || directory + 2 > block.Length ? 0 : ReadShort(block, (int)directory);

    /// <summary>Where the tag's twelve bytes begin, or -1.</summary>
    private static int Find(ReadOnlySpan<byte> block, long directory, ushort tag)
    {
        var count = Count(block, directory);
        for (var i = 0; i < count; i++)
        {
            var entry = directory + 2 + (12L * i);
            if (entry + 12 > block.Length) return -1;
            if (ReadShort(block, (int)entry) == tag) return (int)entry;
        }

        return -1;
    }

    private static long ReadValue(ReadOnlySpan<byte> block, int entry) => ReadShort(block, entry + 2) switch
    {
        ShortType => ReadShort(block, entry + 8),
        LongType => ReadLong(block, entry + 8),
        _ => -1,
    };

    private static void WriteValue(Span<byte> block, int entry, uint value)
    {
        if (entry < 0) return;
        var field = block.Slice(entry + 8, 4);
        var little = IsLittleEndian(block);
        switch (ReadShort(block, entry + 2))
        {
            case ShortType when value <= ushort.MaxValue:
                if (little) BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value);
                else BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)value);
                break;
            case ShortType or LongType:
                // A size that has outgrown its 16 bits takes the entry's four bytes, and the type that goes with them.
                var type = block.Slice(entry + 2, 2);
                if (little)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(type, LongType);
                    BinaryPrimitives.WriteUInt32LittleEndian(field, value);
                }
                else
                {
                    BinaryPrimitives.WriteUInt16BigEndian(type, LongType);
                    BinaryPrimitives.WriteUInt32BigEndian(field, value);
                }

                break;
        }
    }

    private static ushort ReadShort(ReadOnlySpan<byte> block, int at) => IsLittleEndian(block)
        ? BinaryPrimitives.ReadUInt16LittleEndian(block[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(block[at..]);

    private static uint ReadLong(ReadOnlySpan<byte> block, int at) => IsLittleEndian(block)
        ? BinaryPrimitives.ReadUInt32LittleEndian(block[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(block[at..]);
}
