using System.Buffers.Binary;
using System.IO.Compression;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>
/// The pickles of PyTorch files, code by code: that of an archive's <c>data.pkl</c>, or those that an old file begins with.
/// </summary>
internal sealed class PickleGrammar : Grammar
{
    private const string PickleName = "data.pkl";

    private static readonly byte[][] Codes =
    [
        [.. "cos\nsystem\n"u8], [.. "cbuiltins\neval\n"u8], [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8], [.. "ccollections\nOrderedDict\n"u8], [.. "ctorch\nFloatStorage\n"u8],
        [.. "ctorch._tensor\n_rebuild_from_type_v2\n"u8], [.. "ccopyreg\n_reconstructor\n"u8], [.. "cbuiltins\nset\n"u8], [.. "R"u8], [.. "b"u8], [.. "Q"u8], [.. "("u8], [.. "t"u8],
        [.. "0"u8], [.. "1"u8], [.. "2"u8], [.. "}"u8], [.. "]"u8], [.. "u"u8], [.. "s"u8], [.. "e"u8], [.. "a"u8], [.. "N"u8], [.. "."u8], [.. "o"u8], [.. "d"u8], [.. "l"u8],
        [0x81], [0x85], [0x86], [0x87], [0x88], [0x89], [0x8f], [0x90], [0x91], [0x92], [0x93], [0x94], [0x97], [0x98],
    ];

    /// <inheritdoc/>
    protected override Document? Split(byte[] file) => file is [(byte)'P', (byte)'K', ..] ? Archive(file) : Old(file);

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice)
    {
        if (dice.OneIn(3)) return dice.Of(Codes);
        if (dice.OneIn(3)) return Integer(dice.Number());
        return base.ChangePart(part, dice);
    }

    private static byte[] Integer(long value)
    {
        byte[] eight = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, value);
        return value is >= 0 and < 256 ? [(byte)'K', (byte)value] : value == (int)value ? [(byte)'J', .. eight[..4]] : [0x8a, 8, .. eight];
    }

    private static Document? Archive(byte[] file)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file));
            List<(string Name, byte[] Data)> records = [.. archive.Entries.Select(entry => (entry.FullName, ContentOf(entry)))];
            int pickle = records.FindIndex(record => record.Name.EndsWith(PickleName, StringComparison.Ordinal));
            if (pickle < 0 || Split(records[pickle].Data, 0) is not { } codes) return null;
            return new Document(codes.Codes, parts =>
            {
                records[pickle] = (records[pickle].Name, Document.Concatenate(parts));
                return Packed(records);
            });
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[] ContentOf(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Packed(List<(string Name, byte[] Data)> records)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] data) in records)
            {
                using Stream stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(data);
            }
        }

        return memory.ToArray();
    }

    private static Document? Old(byte[] file)
    {
        if (file is not [0x80, ..]) return null;
        var parts = new List<byte[]>();
        int at = 0;
        for (int pickle = 0; pickle < 5; pickle++)
        {
            if (Split(file, at) is not { } codes) return null;
            parts.AddRange(codes.Codes);
            at = codes.End;
        }

        return new Document(parts, codes => Document.Concatenate([.. codes, file[at..]]));
    }

    /// <summary>The codes of a pickle with their arguments, and where it ends.</summary>
    private static (List<byte[]> Codes, int End)? Split(byte[] bytes, int begin)
    {
        var codes = new List<byte[]>();
        for (int at = begin; at < bytes.Length;)
        {
            int length = Length(bytes, at);
            if (length < 1 || length > bytes.Length - at) return null;
            codes.Add(bytes[at..(at + length)]);
            at += length;
            if (codes[^1] is [(byte)'.']) return (codes, at);
        }

        return null;
    }

    private static int Length(byte[] bytes, int at)
    {
        switch ((char)bytes[at])
        {
            case 'K' or 'q' or 'h' or '\u0080': return 2;
            case 'M': return 3;
            case 'J' or 'r' or 'j': return 5;
            case 'G' or '\u0095': return 9;
            case '\u008a' or '\u008c' or 'U' or 'C': return at + 1 < bytes.Length ? 2 + bytes[at + 1] : -1;
            case 'X' or 'T' or 'B' or '\u008b': return at + 5 <= bytes.Length ? 5 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 1)) : -1;
            case '\u008d' or '\u008e' or '\u0096': return at + 9 <= bytes.Length ? 9 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 1)) : -1;
            case 'I' or 'L' or 'F' or 'V' or 'S' or 'p' or 'g' or 'P': return Lines(bytes, at, 1);
            case 'c' or 'i': return Lines(bytes, at, 2);
            default: return 1;
        }
    }

    private static int Lines(byte[] bytes, int at, int count)
    {
        int end = at;
        for (; count > 0; count--)
        {
            end = Array.IndexOf(bytes, (byte)'\n', end + 1);
            if (end < 0) return -1;
        }

        return end + 1 - at;
    }
}
