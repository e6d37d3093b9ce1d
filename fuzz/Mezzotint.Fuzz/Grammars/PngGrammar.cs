using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>PNG in chunks, whose lengths and checksums are made to fit; what is deflated is changed within.</summary>
internal sealed class PngGrammar : Grammar
{
    private const int SignatureBytes = 8, KindBytes = 4, Overhead = 12;

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        if (file is not [0x89, (byte)'P', (byte)'N', (byte)'G', ..]) return null;
        var parts = new List<byte[]>();
        for (int at = SignatureBytes; at + Overhead <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (length < 0 || length > file.Length - at - Overhead) return null;
            parts.Add(file[(at + 4)..(at + 8 + length)]);
            at += Overhead + length;
        }

        return new Document(parts, chunks => Document.Concatenate([file[..SignatureBytes], .. chunks.Select(Sealed)]));
    }

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice)
    {
        if (part.Length <= KindBytes) return base.ChangePart(part, dice);
        byte[] kind = part[..KindBytes], data = part[KindBytes..];
        if (DeflatedAt(kind, data) is { } at && at <= data.Length && !dice.OneIn(3) && Inflated(data[at..]) is { } inside)
        {
            for (int i = dice.Few(6); i > 0; i--) inside = ByteMutations.Change(inside, inside, dice);
            return [.. kind, .. data[..at], .. Deflated(inside)];
        }

        return dice.OneIn(12) ? base.ChangePart(part, dice) : [.. kind, .. ByteMutations.Change(data, data, dice)];
    }

    /// <summary>Where in a chunk deflated data begin: rows at once, texts and profiles after names, flags and languages.</summary>
    private static int? DeflatedAt(byte[] kind, byte[] data) => Encoding.ASCII.GetString(kind) switch
    {
        "IDAT" => 0,
        "zTXt" or "iCCP" => After(data, zeros: 1) + 1,
        "iTXt" when After(data, zeros: 1) is { } flag && flag + 2 <= data.Length && data[flag] != 0 => flag + 2 + After(data[(flag + 2)..], zeros: 2),
        _ => null,
    };

    /// <summary>Behind the first so many zeros; null where there are not so many.</summary>
    private static int? After(byte[] data, int zeros)
    {
        int at = 0;
        for (; zeros > 0; zeros--)
        {
            int zero = Array.IndexOf(data, (byte)0, at);
            if (zero < 0) return null;
            at = zero + 1;
        }

        return at;
    }

    private static byte[]? Inflated(byte[] data)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var rows = new byte[1 << 16];
            return rows[..stream.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false)];
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static byte[] Deflated(byte[] rows)
    {
        var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(rows);
        return packed.ToArray();
    }

    private static byte[] Sealed(byte[] chunk)
    {
        byte[] whole = [0, 0, 0, 0, .. chunk, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(whole, chunk.Length - KindBytes);
        BinaryPrimitives.WriteUInt32BigEndian(whole.AsSpan(whole.Length - 4), Crc32.Of(chunk));
        return whole;
    }
}
