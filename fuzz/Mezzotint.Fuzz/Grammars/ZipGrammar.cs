using System.Buffers.Binary;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>
/// A zip archive in local records, entries of the directory and its end; where records lie and how long the directory is are made to fit,
/// so that any other field lies alone.
/// </summary>
internal sealed class ZipGrammar : Grammar
{
    private const uint Local = 0x04034b50, Entry = 0x02014b50, End = 0x06054b50;
    private const int EndBytes = 22;

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        int end = file.Length - EndBytes;
        if (end < 0 || U32(file, end) != End) return null;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(end + 10));
        long at = U32(file, end + 16);
        var entries = new List<byte[]>();
        var begins = new List<int>();
        for (int i = 0; i < count; i++)
        {
            if (at + 46 > end || U32(file, (int)at) != Entry) return null;
            int length = 46 + U16(file, (int)at + 28) + U16(file, (int)at + 30) + U16(file, (int)at + 32);
            if (at + length > end || U32(file, (int)at + 42) > end) return null;
            entries.Add(file[(int)at..((int)at + length)]);
            begins.Add((int)U32(file, (int)at + 42));
            at += length;
        }

        int directory = (int)U32(file, end + 16);
        List<int> edges = [.. begins.Append(directory).Distinct().Order()];
        var parts = new List<byte[]>();
        for (int i = 0; i + 1 < edges.Count; i++) parts.Add(file[edges[i]..edges[i + 1]]);
        parts.AddRange(entries);
        parts.Add(file[end..]);
        return new Document(parts, Compose);
    }

    private static byte[] Compose(List<byte[]> parts)
    {
        var file = new List<byte>();
        var begins = new List<int>();
        int entry = 0, directory = -1;
        foreach (byte[] part in parts)
        {
            byte[] fitted = [.. part];
            uint signature = part.Length >= 4 ? U32(part, 0) : 0;
            if (signature == Local) begins.Add(file.Count);
            if (signature == Entry && part.Length >= 46)
            {
                if (directory < 0) directory = file.Count;
                if (entry < begins.Count) BinaryPrimitives.WriteInt32LittleEndian(fitted.AsSpan(42), begins[entry++]);
            }

            if (signature == End && part.Length >= EndBytes && directory >= 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(fitted.AsSpan(12), file.Count - directory);
                BinaryPrimitives.WriteInt32LittleEndian(fitted.AsSpan(16), directory);
            }

            file.AddRange(fitted);
        }

        return [.. file];
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
