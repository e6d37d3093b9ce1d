using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>
/// The numbers of a run, one JSON object a line: <c>{"step":100,"loss":0.031,...}</c>. Lines are appended; a line half written when the
/// process was killed, and lines of steps that a resume will do again, are cut off on opening.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly DiskFile _stream;

    private MetricsLog(DiskFile stream) => _stream = stream;

    /// <summary>Opens a log to append to; one that does not exist is begun.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lastStep">Lines of later steps are cut off.</param>
    /// <exception cref="StorageException">The file cannot be opened.</exception>
    public static MetricsLog Open(string path, long lastStep)
    {
        try
        {
            var stream = new DiskFile(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            try
            {
                stream.SetLength(LengthUpTo(stream, lastStep));
                stream.Seek(0, SeekOrigin.End);
                return new MetricsLog(stream);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot write the metrics '{path}': {Disk.Reason(fault)}.", fault);
        }
    }

    /// <summary>
    /// Appends a line, which other processes see at once. Numbers that are not finite are written as text: <c>"NaN"</c>,
    /// <c>"Infinity"</c>.
    /// </summary>
    /// <param name="step">Steps done.</param>
    /// <param name="values">Names and numbers, in the order they are to stand.</param>
    /// <param name="warnings">What is to be said of them; null or empty for nothing.</param>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void Append(long step, IEnumerable<KeyValuePair<string, double>> values, IReadOnlyList<string>? warnings = null)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber(MetricsLine.StepKey, step);
            foreach (var (name, value) in values)
            {
                if (double.IsFinite(value))
                    json.WriteNumber(name, value);
                else
                    json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
            }
            if (warnings is { Count: > 0 })
            {
                json.WriteStartArray(MetricsLine.WarningsKey);
                foreach (string warning in warnings) json.WriteStringValue(warning);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        Guard(() => _stream.Write(line.WrittenSpan));
    }

    /// <summary>Cuts off the lines of steps after one.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void CutBack(long lastStep) => Guard(() =>
    {
        _stream.Seek(0, SeekOrigin.Begin);
        _stream.SetLength(LengthUpTo(_stream, lastStep));
        _stream.Seek(0, SeekOrigin.End);
    });

    /// <summary>Flushes what has been appended to the disk.</summary>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void FlushToDisk() => Guard(_stream.FlushToDisk);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot write the metrics '{_stream.Name}': {Disk.Reason(fault)}.", fault);
        }
    }

    private static long LengthUpTo(DiskFile stream, long lastStep)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        int kept = 0;
        while (bytes.AsSpan(kept).IndexOf((byte)'\n') is int length and >= 0
            && StepOf(bytes.AsSpan(kept, length)) is long step && step <= lastStep)
            kept += length + 1;
        return kept;
    }

    private static long? StepOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.Read() && reader.ValueTextEquals("step"u8) && reader.Read()
                && reader.TryGetInt64(out long step) ? step : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
