using System.Text;

namespace Mezzotint.Imaging.Tests;

/// <summary>EXIF blocks written byte by byte, with a camera's name, an orientation, a size and a maker note.</summary>
internal static class ExifBlock
{
    public const string Camera = "Mezzotint One";
    public static readonly byte[] MakerNote = Encoding.ASCII.GetBytes("maker note that nobody understands");

    public static byte[] Make(int orientation, bool bigEndian = false, int width = 3, int height = 2)
    {
        var block = new List<byte>();
        var camera = Encoding.ASCII.GetBytes(Camera + "\0");
        Bytes(bigEndian ? "MM"u8 : "II"u8);
        Short(42);
        Long(8);
        // The first directory: Model, Orientation, and a pointer to the EXIF directory.
        const int First = 8, FirstEnd = First + 2 + (3 * 12) + 4;
        var second = FirstEnd + camera.Length;
        var secondEnd = second + 2 + (4 * 12) + 4;
        Short(3);
        Entry(0x0110, 2, camera.Length, FirstEnd);
        ShortEntry(0x0112, orientation);
        Entry(0x8769, 4, 1, second);
        Long(0);
        block.AddRange(camera);
        // The EXIF directory: version, pixel dimensions, maker note.
        Short(4);
        Short(0x9000);
        Short(7);
        Long(4);
        Bytes("0232"u8);
        Entry(0x927C, 7, MakerNote.Length, secondEnd);
        ShortEntry(0xA002, width);
        ShortEntry(0xA003, height);
        Long(0);
        block.AddRange(MakerNote);
        return block.ToArray();

        void Bytes(ReadOnlySpan<byte> bytes) => block.AddRange(bytes);
        void Number(int value, int size)
        {
            for (var i = 0; i < size; i++) block.Add((byte)(value >> (8 * (bigEndian ? size - 1 - i : i))));
        }

        void Short(int value) => Number(value, 2);
        void Long(int value) => Number(value, 4);
        void Entry(int tag, int type, int count, int value)
        {
            Short(tag);
            Short(type);
            Long(count);
            Long(value);
        }

        void ShortEntry(int tag, int value)
        {
            Short(tag);
            Short(3);
            Long(1);
            Short(value);
            Short(0);
        }
    }

    /// <summary>The JPEG with the block in an APP1 segment right behind its first marker.</summary>
    public static byte[] InJpeg(byte[] jpeg, byte[] block)
    {
        var length = block.Length + 8;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. block, .. jpeg[2..]];
    }
}
