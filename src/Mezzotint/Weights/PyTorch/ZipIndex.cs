using System.Buffers.Binary;
using System.Text;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// Where the records of a zip archive lie. Only stored records are found, so an archive never grows when it is read; zip64 is understood.
/// </summary>
/// <remarks>The format is that of PKWARE's APPNOTE 6.3.</remarks>
internal sealed class ZipIndex
{
    private const uint LocalSignature = 0x04034b50, EntrySignature = 0x02014b50, EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const int LocalBytes = 30, EntryBytes = 46, EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20;
    private const int LongestComment = ushort.MaxValue;
    private const ushort Zip64Field = 1;
    private const int MostEntries = 1 << 20;

    private readonly FileStream _stream;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private ZipIndex(FileStream stream) => _stream = stream;

    /// <summary>The names of the records.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads the archive's directory.</summary>
    /// <exception cref="WeightsException">It is broken; a clause without the file's name.</exception>
    public static ZipIndex Read(FileStream stream)
    {
        var index = new ZipIndex(stream);
        byte[] directory = index.Directory();
        for (int at = 0; at < directory.Length;) at += index.ReadEntry(directory.AsSpan(at));
        return index;
    }

    /// <summary>Where a record's bytes begin in the file, and how many there are; all of them lie in the file.</summary>
    /// <exception cref="WeightsException">There is no such record, or not all of it, or it is compressed.</exception>
    public (long Begin, long Bytes) Locate(string name)
    {
        if (!_entries.TryGetValue(name, out Entry entry)) throw new WeightsException($"its record '{name}' is not there");
        if (entry.Method != 0 || entry.Bytes != entry.StoredBytes || (entry.Flags & 1) != 0)
            throw new WeightsException($"its record '{name}' is compressed or encrypted, which torch.save never does; pack the archive without compression");
        byte[] local = Take(entry.Header, LocalBytes);
        if (U32(local, 0) != LocalSignature) throw Broken();
        long begin = entry.Header + LocalBytes + U16(local, 26) + U16(local, 28);
        if (begin > _stream.Length || entry.Bytes > _stream.Length - begin) throw new WeightsException("it is cut short, or its directory is false");
        return (begin, entry.Bytes);
    }

    private static WeightsException Broken() => new("it is a zip archive whose directory is broken, or it is cut short");

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private byte[] Take(long begin, long count)
    {
        if (begin < 0 || count < 0 || begin > _stream.Length - count || count > Array.MaxLength) throw Broken();
        byte[] bytes = new byte[count];
        _stream.Position = begin;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The bytes of the directory, found from the archive's last record.</summary>
    private byte[] Directory()
    {
        long tailBegin = Math.Max(0, _stream.Length - EndBytes - LongestComment);
        byte[] tail = Take(tailBegin, _stream.Length - tailBegin);
        for (int at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (U32(tail, at) != EndSignature || U16(tail, at + 20) != tail.Length - at - EndBytes) continue;
            (long begin, long bytes) = (U32(tail, at + 16), U32(tail, at + 12));
            long locator = tailBegin + at - Locator64Bytes;
            if (locator >= 0 && Take(locator, Locator64Bytes) is var found && U32(found, 0) == Locator64Signature)
            {
                byte[] end = Take(I64(found, 8), End64Bytes);
                if (U32(end, 0) != End64Signature) throw Broken();
                (begin, bytes) = (I64(end, 48), I64(end, 40));
            }
            return Take(begin, bytes);
        }
        throw Broken();
    }

    /// <summary>Keeps an entry of the directory.</summary>
    /// <returns>How many bytes it has.</returns>
    private int ReadEntry(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EntryBytes || U32(bytes, 0) != EntrySignature) throw Broken();
        int nameBytes = U16(bytes, 28), extraBytes = U16(bytes, 30), total = EntryBytes + nameBytes + extraBytes + U16(bytes, 32);
        if (bytes.Length < total) throw Broken();
        string name = Encoding.UTF8.GetString(bytes.Slice(EntryBytes, nameBytes));
        long[] sizes = [U32(bytes, 24), U32(bytes, 20), U32(bytes, 42)];
        Widen(sizes, bytes.Slice(EntryBytes + nameBytes, extraBytes));
        if (sizes.Any(size => size < 0)) throw Broken();
        if (_entries.Count == MostEntries) throw new WeightsException($"it has more than {MostEntries} records");
        if (!_entries.TryAdd(name, new Entry(U16(bytes, 8), U16(bytes, 10), sizes[0], sizes[1], sizes[2])))
            throw new WeightsException($"its record '{name}' is there twice");
        return total;
    }

    /// <summary>Takes those of an entry's numbers that do not fit 32 bits from its zip64 field.</summary>
    private static void Widen(long[] sizes, ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = U16(extra, 2);
            if (length > extra.Length - 4) return; // padding that only looks like a field
            ReadOnlySpan<byte> field = extra.Slice(4, length);
            for (int i = 0; U16(extra, 0) == Zip64Field && i < sizes.Length; i++)
            {
                if (sizes[i] != uint.MaxValue) continue;
                if (field.Length < sizeof(long)) throw Broken();
                sizes[i] = I64(field, 0);
                field = field[sizeof(long)..];
            }
            extra = extra[(4 + length)..];
        }
    }

    private readonly record struct Entry(ushort Flags, ushort Method, long Bytes, long StoredBytes, long Header);
}
