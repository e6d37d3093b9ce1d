using System.Buffers.Binary;
using System.Text;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Data.Pairs;

/// <summary>
/// What a PNG says of its samples before they are decoded: a palette's colours become its indices again, and grey of 1, 2 or 4 bits, which
/// decoding stretches to 8, the small numbers it was.
/// </summary>
/// <param name="BitDepth">Bits of a sample in the file.</param>
/// <param name="Colours">The palette's colours, 0xRRGGBB; none where there is no palette.</param>
internal sealed record PngLabels(int BitDepth, IReadOnlyList<int> Colours)
{
    private const ulong Signature = 0x89504E470D0A1A0A;
    private const int PaletteColour = 3;
    private const int LongestPalette = 256 * 3;

    /// <summary>The palette and depth of a file, or null where it is no PNG.</summary>
    public static PngLabels? Of(string path)
    {
        using var file = new BinaryReader(InputFile.Open(path));
        try
        {
            if (BinaryPrimitives.ReverseEndianness(file.ReadUInt64()) != Signature) return null;
            int depth = 8, colour = 0;
            while (true)
            {
                uint length = BinaryPrimitives.ReverseEndianness(file.ReadUInt32());
                string kind = Encoding.ASCII.GetString(file.ReadBytes(4));
                switch (kind)
                {
                    case "IHDR":
                        byte[] header = file.ReadBytes((int)Math.Min(length, 13));
                        (depth, colour) = (header[8], header[9]);
                        break;
                    case "PLTE" when colour == PaletteColour && length <= LongestPalette:
                        byte[] colours = file.ReadBytes((int)length);
                        return new PngLabels(8, [.. colours.Chunk(3).Where(c => c.Length == 3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2])]);
                    case "IDAT" or "IEND":
                        return new PngLabels(depth, []);
                    default:
                        file.BaseStream.Seek(length, SeekOrigin.Current);
                        break;
                }

                file.BaseStream.Seek(4, SeekOrigin.Current);
            }
        }
        catch (Exception fault) when (fault is EndOfStreamException or IndexOutOfRangeException)
        {
            return null; // decoding says what is wrong
        }
    }
}
