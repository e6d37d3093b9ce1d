using System.Buffers.Binary;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>JPEG in segments, whose lengths are made to fit; the entropy-coded data follow their scan's segment as a part.</summary>
internal sealed class JpegGrammar : Grammar
{
    private const byte StartOfScan = 0xDA;

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        if (file is not [0xFF, 0xD8, ..]) return null;
        var parts = new List<byte[]>();
        int at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] != 0xD9)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (length < 2 || at + 2 + length > file.Length) return null;
            // 0xFF tells a segment from coded data.
            parts.Add([0xFF, file[at + 1], .. file[(at + 4)..(at + 2 + length)]]);
            bool scan = file[at + 1] == StartOfScan;
            at += 2 + length;
            if (!scan) continue;
            int begin = at;
            while (at + 1 < file.Length && !(file[at] == 0xFF && file[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))) at++;
            parts.Add([0, .. file[begin..at]]);
        }

        return new Document(parts, segments => Document.Concatenate([[0xFF, 0xD8], .. segments.Select(Sealed), file[Math.Min(at, file.Length)..]]));
    }

    private static byte[] Sealed(byte[] part)
    {
        if (part is not [0xFF, var kind, .. var payload]) return part.Length > 0 ? part[1..] : part;
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(payload.Length + 2));
        return [0xFF, kind, .. length, .. payload];
    }
}
