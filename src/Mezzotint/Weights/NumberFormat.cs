using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mezzotint.Weights;

/// <summary>How a safetensors file stores one number, and how that becomes a float.</summary>
internal sealed record NumberFormat(string Name, int Bytes, NumberFormat.Decoder Decode)
{
    /// <summary>Turns the bytes of as many numbers as <paramref name="to"/> holds into floats.</summary>
    public delegate void Decoder(ReadOnlySpan<byte> from, Span<float> to);

    /// <summary>The formats that are read, by the name the header gives them.</summary>
    public static IReadOnlyDictionary<string, NumberFormat> All { get; } = new NumberFormat[]
    {
        new("F32", 4, Singles),
        new("F16", 2, (from, to) => Each(from, 2, to, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes))),
        new("BF16", 2,
            (from, to) => Each(from, 2, to, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes) << 16))),
        new("F64", 8, (from, to) => Each(from, 8, to, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes))),
        new("I64", 8, (from, to) => Each(from, 8, to, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes))),
        new("I32", 4, (from, to) => Each(from, 4, to, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes))),
        new("I16", 2, (from, to) => Each(from, 2, to, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes))),
        new("I8", 1, (from, to) => Each(from, 1, to, bytes => (sbyte)bytes[0])),
        new("U8", 1, (from, to) => Each(from, 1, to, bytes => bytes[0])),
        new("BOOL", 1, (from, to) => Each(from, 1, to, bytes => bytes[0] == 0 ? 0 : 1)),
    }.ToDictionary(format => format.Name, StringComparer.Ordinal);

    private delegate float One(ReadOnlySpan<byte> bytes);

    private static void Each(ReadOnlySpan<byte> from, int size, Span<float> to, One decode)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = decode(from.Slice(i * size, size));
    }

    private static void Singles(ReadOnlySpan<byte> from, Span<float> to)
    {
        from.CopyTo(MemoryMarshal.AsBytes(to));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(to);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
