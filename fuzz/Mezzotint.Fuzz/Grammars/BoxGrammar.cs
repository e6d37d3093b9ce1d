using System.Buffers.Binary;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>
/// Boxes with lengths: RIFF's chunks (WebP) and those of ISO's media files (HEIF, AVIF), nested ones within <c>meta</c> included.
/// </summary>
internal sealed class BoxGrammar : Grammar
{
    /// <inheritdoc/>
    protected override Document? Split(byte[] file) => file is [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] ? Riff(file) : Iso(file);

    private static Document? Riff(byte[] file)
    {
        var parts = new List<byte[]>();
        for (int at = 12; at + 8 <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            if (length < 0 || length > file.Length - at - 8) return null;
            parts.Add([.. file[at..(at + 4)], .. file[(at + 8)..(at + 8 + length)]]);
            at += 8 + length + (length & 1);
        }

        return new Document(parts, chunks =>
        {
            byte[] body = Document.Concatenate(chunks.Where(chunk => chunk.Length >= 4).Select(chunk =>
                (byte[])[.. chunk[..4], .. Little(chunk.Length - 4), .. chunk[4..], .. new byte[chunk.Length & 1]]));
            return [.. file[..4], .. Little(body.Length + 4), .. file[8..12], .. body];
        });
    }

    private static Document? Iso(byte[] file)
    {
        if (file.Length < 12 || !file.AsSpan(4, 4).SequenceEqual("ftyp"u8)) return null;
        return Boxes(file, 0, file.Length) is { } boxes ? new Document(boxes, parts => Document.Concatenate(parts.Where(part => part.Length >= 4).Select(Sealed))) : null;
    }

    private static List<byte[]>? Boxes(byte[] file, int begin, int end)
    {
        var parts = new List<byte[]>();
        for (int at = begin; at + 8 <= end;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (length < 8 || length > end - at) return null;
            parts.Add(file[(at + 4)..(at + length)]);
            at += length;
        }

        return parts;
    }

    private static byte[] Sealed(byte[] box)
    {
        byte[] whole = [0, 0, 0, 0, .. box];
        BinaryPrimitives.WriteInt32BigEndian(whole, whole.Length);
        return whole;
    }

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice)
    {
        // The boxes within a box that has a version before them.
        if (part.Length > 16 && part.AsSpan(0, 4).SequenceEqual("meta"u8) && Boxes(part, 8, part.Length) is { Count: > 0 } inner)
        {
            int at = dice.Below(inner.Count);
            if (dice.OneIn(8)) inner.RemoveAt(at);
            else inner[at] = base.ChangePart(inner[at], dice);
            return [.. part[..8], .. Document.Concatenate(inner.Where(box => box.Length >= 4).Select(Sealed))];
        }

        return base.ChangePart(part, dice);
    }

    private static byte[] Little(int value)
    {
        byte[] four = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, value);
        return four;
    }
}
