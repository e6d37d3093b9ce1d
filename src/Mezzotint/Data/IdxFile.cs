using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Data;

/// <summary>
/// A file of bytes in the IDX format (LeCun, the MNIST database: two zeros, the type, the number of extents, the extents as big-endian
/// integers, the elements), packed by gzip or not, read item by item: memory is taken for what is there and never for what a header
/// claims.
/// </summary>
internal sealed class IdxFile : IDisposable
{
    private const byte UnsignedBytes = 0x08;
    private const int MostExtents = 4;
    private const int Piece = 1 << 20;

    private readonly string _path;
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _item = [];

    private IdxFile(string path, Stream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>The extents; the first counts items.</summary>
    public IReadOnlyList<int> Extents { get; private set; } = [];

    /// <summary>How many items the header promises.</summary>
    public int Count => Extents[0];

    /// <summary>Bytes of an item.</summary>
    public int ItemBytes { get; private set; }

    /// <summary>Whether a file begins as one of this format does, packed or not. A file that cannot be read does not.</summary>
    public static bool Looks(string path)
    {
        try
        {
            using Stream stream = Unpacked(path);
            Span<byte> first = stackalloc byte[4];
            return stream.ReadAtLeast(first, 4, throwOnEndOfStream: false) == 4 && IsMagic(first);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes its items may have together.</param>
    /// <exception cref="TrainingDataException">It is missing, of another format, empty, too large, or its length contradicts its
    /// header.</exception>
    public static IdxFile Open(string path, long limit)
    {
        if (!File.Exists(path)) throw new TrainingDataException($"There is no file '{path}'.");
        IdxFile? file = null;
        try
        {
            file = new IdxFile(path, Unpacked(path));
            file.ReadHeader(limit);
            return file;
        }
        catch (Exception fault)
        {
            file?.Dispose();
            if (fault is IOException or UnauthorizedAccessException or InvalidDataException)
                throw new TrainingDataException($"Cannot read '{path}': {fault.Message.TrimEnd('.')}.", fault);
            throw;
        }
    }

    /// <summary>The next item; it is there until the next one is read.</summary>
    /// <param name="number">Which one it is, from 0, for the sentence of an error.</param>
    /// <exception cref="TrainingDataException">The file ends before it, or is damaged.</exception>
    public ReadOnlySpan<byte> Next(int number)
    {
        for (int filled = 0; filled < ItemBytes; filled = _item.Length)
        {
            // A packed file may promise more than there is: room is made as it comes.
            if (filled == _item.Length) Array.Resize(ref _item, (int)Math.Min(ItemBytes, Math.Max(Piece, 2L * filled)));
            Fill(_item.AsSpan(filled), number);
        }

        return _item;
    }

    /// <summary>Makes sure that nothing follows the last item.</summary>
    /// <returns>A digest of the whole file, unpacked.</returns>
    /// <exception cref="TrainingDataException">Something does, or the packing's checksum is wrong.</exception>
    public string Finish()
    {
        try
        {
            if (_stream.ReadByte() >= 0) throw Fault($"it goes on after its {Count} items");
            return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw Fault(fault.Message.TrimEnd('.'), fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private static bool IsMagic(ReadOnlySpan<byte> first) =>
        first[0] == 0 && first[1] == 0 && first[2] == UnsignedBytes && first[3] is >= 1 and <= MostExtents;

    private static Stream Unpacked(string path)
    {
        var file = InputFile.Open(path, 1 << 16);
        bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return packed ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16) : file;
    }

    private void ReadHeader(long limit)
    {
        Span<byte> first = stackalloc byte[4];
        Fill(first);
        if (!IsMagic(first))
        {
            throw Fault($"it begins with {Convert.ToHexString(first)}, and a file of the IDX format with bytes in it begins with "
                + $"000008 and from 01 to 0{MostExtents}");
        }

        Span<byte> sizes = stackalloc byte[first[3] * sizeof(int)];
        Fill(sizes);
        var extents = new int[first[3]];
        for (int i = 0; i < extents.Length; i++) extents[i] = BinaryPrimitives.ReadInt32BigEndian(sizes[(i * sizeof(int))..]);
        if (extents.Any(extent => extent < 1)) throw Fault($"its header says that it has {string.Join(" x ", extents)} elements");
        Int128 item = extents.Skip(1).Aggregate((Int128)1, (product, extent) => product * extent), all = item * extents[0];
        if (all > limit || item > Array.MaxLength)
        {
            throw Fault($"its header promises {string.Join(" x ", extents)} bytes, more than the {limit} that are allowed in memory; raise "
                + "data.cacheMegabytes if it is right");
        }

        int header = 4 + sizes.Length;
        if (_stream is FileStream plain && plain.Length != (long)all + header)
            throw Fault($"it has {plain.Length} bytes where its header promises {all + header} ({string.Join(" x ", extents)} elements)");
        Extents = extents;
        ItemBytes = (int)item;
    }

    private void Fill(Span<byte> bytes, int? item = null)
    {
        try
        {
            if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw Fault($"{Place()}; it was cut short");
            _hash.AppendData(bytes);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw Fault($"{Place()} ({fault.Message.TrimEnd('.')})", fault);
        }

        string Place() => item is { } number ? $"it ends in item {number + 1} of {Count}" : "it ends within its header";
    }

    private TrainingDataException Fault(string what, Exception? cause = null) =>
        new($"Cannot read '{_path}' as IDX: {what}.", cause);
}
