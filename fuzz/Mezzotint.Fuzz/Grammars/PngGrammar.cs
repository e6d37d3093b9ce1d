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
        if (Encoding.ASCII.GetString(kind) == "IDAT" && !dice.OneIn(3) && Inflated(data) is { } rows)
        {
            for (int i = dice.Few(6); i > 0; i--) rows = ByteMutations.Change(rows, rows, dice);
            return [.. kind, .. Deflated(rows)];
        }

        return dice.OneIn(12) ? base.ChangePart(part, dice) : [.. kind, .. ByteMutations.Change(data, data, dice)];
    }

    private static byte[]? Inflated(byte[] data)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var rows = new byte[1 << 16];
            return rows[..stream.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
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
