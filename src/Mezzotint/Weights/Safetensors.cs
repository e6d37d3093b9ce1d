using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mezzotint.Imaging;
using Mezzotint.Storage;

namespace Mezzotint.Weights;

/// <summary>
/// Reads and writes safetensors files: eight bytes with the header's length, a JSON header, then the arrays one after another,
/// little-endian. A file from anywhere may be read: nothing in it is believed before it is checked, and nothing in it can run.
/// </summary>
/// <remarks>The format is that of https://github.com/huggingface/safetensors.</remarks>
public static class Safetensors
{
    private const int LengthBytes = 8;
    private const int ChunkBytes = WeightsStream.ChunkBytes;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its arrays as floats (F32 as they are; F16, BF16 and small integers exactly; F64 and integers beyond 2^24 rounded to the
    /// nearest).</returns>
    /// <exception cref="WeightsException">The file is missing, unreadable, truncated, or not a sound safetensors file.</exception>
    public static SafetensorsFile Read(string path) => WeightsStream.Open(path, stream =>
    {
        var header = ReadHeader(stream);
        return new SafetensorsFile(
            [.. header.Entries.Select(entry => ReadArray(stream, entry))],
            header.Entries.ToDictionary(entry => entry.Name, entry => entry.Format.Name, StringComparer.Ordinal),
            header.Metadata);
    });

    /// <summary>Reads only a file's metadata: the header is checked in full, the arrays are not read.</summary>
    /// <exception cref="WeightsException">The file is missing, unreadable, truncated, or not a sound safetensors file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => WeightsStream.Open(path, stream => ReadHeader(stream).Metadata);

    /// <summary>Writes a file, whole or not at all, with every number as F32 and the arrays in the order given.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="arrays">The arrays; no name twice.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <exception cref="ArgumentException">Two arrays have one name, or one is named <c>__metadata__</c>.</exception>
    /// <exception cref="StorageException">The file could not be written; what was there is intact.</exception>
    public static void Write(string path, IEnumerable<NamedArray> arrays, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var list = arrays.ToList();
        byte[] header = MakeHeader(list, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var array in list)
                WriteNumbers(stream, array.Data);
        });
    }

    private static SafetensorsHeader ReadHeader(FileStream stream)
    {
        long fileBytes = stream.Length;
        if (fileBytes < LengthBytes)
            throw new WeightsException("it is too short to be a safetensors file");
        Span<byte> length = stackalloc byte[LengthBytes];
        stream.ReadExactly(length);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes > SafetensorsHeader.MaximumBytes || headerBytes > (ulong)(fileBytes - LengthBytes))
        {
            if (PictureFormats.OfFile(stream.Name) is not null) throw new WeightsException("it is a picture and holds no weights");
            if (length is [0x80, <= 5, ..])
                throw new WeightsException("it is a pickle that torch.save did not write; save the network's state dictionary by torch.save");
            throw new WeightsException(headerBytes > SafetensorsHeader.MaximumBytes
                ? $"it is not a safetensors file, or its header is longer than {SafetensorsHeader.MaximumBytes} bytes"
                : "it is not a safetensors file, or it is cut short within its header");
        }

        byte[] json = new byte[(int)headerBytes];
        stream.ReadExactly(json);
        return SafetensorsHeader.Parse(json, fileBytes - LengthBytes - json.Length);
    }

    private static NamedArray ReadArray(FileStream stream, SafetensorsEntry entry)
    {
        float[] values = new float[entry.Elements];
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int perChunk = ChunkBytes / entry.Format.Bytes;
            for (int done = 0; done < values.Length;)
            {
                int count = Math.Min(perChunk, values.Length - done);
                var bytes = chunk.AsSpan(0, count * entry.Format.Bytes);
                stream.ReadExactly(bytes);
                entry.Format.Decode(bytes, values.AsSpan(done, count));
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
        return new NamedArray(entry.Name, entry.Shape, values);
    }

    private static byte[] MakeHeader(List<NamedArray> arrays, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, text);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var array in arrays)
            {
                if (!names.Add(array.Name))
                    throw new ArgumentException($"Two arrays are named '{array.Name}', or that name is reserved.", nameof(arrays));
                json.WriteStartObject(array.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int extent in array.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += sizeof(float) * (long)array.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces after the JSON, so that the data begins on a multiple of eight and may be mapped as numbers.
        int padding = (LengthBytes - buffer.WrittenCount % LengthBytes) % LengthBytes;
        return [.. buffer.WrittenSpan, .. Enumerable.Repeat((byte)' ', padding)];
    }

    private static void WriteNumbers(Stream stream, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            for (int done = 0; done < values.Length;)
            {
                int count = Math.Min(values.Length - done, 1 << 24); // a span of bytes holds fewer numbers than an array of floats
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan(done, count)));
                done += count;
            }
            return;
        }
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }
}
