using System.Buffers.Binary;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>Changes of bytes that know no format.</summary>
internal static class ByteMutations
{
    private const int Longest = 1 << 16;

    /// <summary>The bytes, changed in one way.</summary>
    /// <param name="bytes">The bytes; they are not written to.</param>
    /// <param name="other">Where spliced pieces come from.</param>
    /// <param name="dice">The way.</param>
    public static byte[] Change(byte[] bytes, byte[] other, Dice dice)
    {
        if (bytes.Length == 0) return [dice.Byte()];
        int at = dice.Below(bytes.Length), count = dice.Few(Math.Min(64, bytes.Length - at));
        switch (dice.Below(12))
        {
            case 0 or 1: return Written(bytes, at, [(byte)(bytes[at] ^ (1 << dice.Below(8)))]);
            case 2: return Written(bytes, at, [dice.Byte()]);
            case 3: return Written(bytes, at, [(byte)(bytes[at] + dice.Below(9) - 4)]);
            case 4 or 5 or 6: return Written(bytes, at, Number(dice));
            case 7: return bytes[..at];
            case 8: return [.. bytes[..at], .. bytes[(at + count)..]];
            case 9 when bytes.Length < Longest: return [.. bytes[..at], .. Repeated(bytes[at..(at + count)], dice), .. bytes[at..]];
            case 10 when other.Length > 0 && bytes.Length < Longest:
                int from = dice.Below(other.Length);
                return dice.OneIn(2) ? [.. bytes[..at], .. other[from..]] : [.. bytes[..at], .. other.Skip(from).Take(count), .. bytes[at..]];
            default: return Written(bytes, at, Enumerable.Repeat(dice.OneIn(2) ? (byte)0 : (byte)255, count).ToArray());
        }
    }

    private static IEnumerable<byte> Repeated(byte[] piece, Dice dice) => Enumerable.Repeat(piece, dice.Few(16)).SelectMany(bytes => bytes);

    private static byte[] Number(Dice dice)
    {
        byte[] eight = new byte[8];
        long number = dice.Number();
        int width = 1 << dice.Below(4);
        if (dice.OneIn(2))
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, number);
            return eight[..width];
        }

        BinaryPrimitives.WriteInt64BigEndian(eight, number);
        return eight[^width..];
    }

    private static byte[] Written(byte[] bytes, int at, ReadOnlySpan<byte> piece)
    {
        byte[] changed = [.. bytes];
        piece[..Math.Min(piece.Length, changed.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }
}
