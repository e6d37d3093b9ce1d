using System.IO.Compression;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>Bytes that may be packed by gzip, and are then changed within.</summary>
internal sealed class GzipGrammar : Grammar
{
    private const int Header = 16;

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        bool packed = file is [0x1F, 0x8B, ..];
        byte[]? bytes = packed ? Unpacked(file) : file;
        if (bytes is null || bytes.Length < Header) return null;
        // The header's numbers one by one, then what follows.
        List<byte[]> parts = [.. bytes[..Header].Chunk(4), bytes[Header..]];
        return new Document(parts, changed => packed ? Packed(Document.Concatenate(changed)) : Document.Concatenate(changed));
    }

    private static byte[]? Unpacked(byte[] file)
    {
        try
        {
            using var stream = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            var bytes = new byte[1 << 16];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Packed(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return packed.ToArray();
    }
}
