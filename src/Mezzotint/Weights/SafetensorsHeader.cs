using System.Text.Json;

namespace Mezzotint.Weights;

/// <summary>Where one array lies in the data of a safetensors file.</summary>
/// <param name="Name">The array's name.</param>
/// <param name="Format">How its numbers are stored.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Elements">Their product.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsEntry(string Name, NumberFormat Format, int[] Shape, int Elements, long Begin, long End);

/// <summary>
/// The header of a safetensors file, believed only after everything it claims has been checked: the entries tile the data exactly,
/// without holes, overlaps or duplicates, and every shape accounts for its bytes.
/// </summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>A longer header, in bytes, is refused: the format's own limit.</summary>
    public const int MaximumBytes = 100_000_000;

    /// <summary>The key of the free text, which no array may bear.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MaximumRank = 32;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes of the file follow it.</param>
    /// <exception cref="WeightsException">The header contradicts itself or the file; the sentence lacks the file's name, which the
    /// caller adds.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataBytes)
    {
        try
        {
            // Twice the same key is how one reader is made to see what another does not.
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new WeightsException("the header is not a JSON object");
            IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
            var entries = new List<SafetensorsEntry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey))
                    metadata = ReadMetadata(property.Value);
                else
                    entries.Add(ReadEntry(property.Name, property.Value));
            }
            entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
            CheckTiling(entries, dataBytes);
            return new SafetensorsHeader(entries, metadata);
        }
        catch (JsonException fault)
        {
            throw new WeightsException("the header is not valid JSON or names a key twice", fault);
        }
        catch (InvalidOperationException fault) // a string in the JSON that is not text, such as half a surrogate pair
        {
            throw new WeightsException("the header holds text that is not valid Unicode", fault);
        }
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new WeightsException("its metadata is not a table of texts");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw new WeightsException($"the metadata '{property.Name}' is not a text");
            metadata.Add(property.Name, property.Value.GetString()!);
        }
        return metadata;
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement element)
    {
        if (name.Length == 0)
            throw new WeightsException("an array has no name");
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !element.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array)
            throw new WeightsException($"'{name}' lacks a dtype, a shape or data_offsets");

        if (!NumberFormat.All.TryGetValue(dtype.GetString()!, out var format))
        {
            throw new WeightsException(
                $"'{name}' holds numbers of the type {dtype.GetString()}, and only {string.Join(", ", NumberFormat.All.Keys)} are read");
        }
        if (shape.GetArrayLength() > MaximumRank)
            throw new WeightsException($"'{name}' has {shape.GetArrayLength()} axes, and at most {MaximumRank} are read");
        int[] extents = [.. shape.EnumerateArray().Select(extent =>
            extent.ValueKind == JsonValueKind.Number && extent.TryGetInt32(out int value) && value >= 0
                ? value : throw new WeightsException($"'{name}' has an extent that is not a whole number below 2^31"))];
        long[] range = [.. offsets.EnumerateArray().Take(3).Select(offset =>
            offset.ValueKind == JsonValueKind.Number && offset.TryGetInt64(out long value) && value >= 0
                ? value : throw new WeightsException($"'{name}' has a data offset that is not a whole number"))];
        if (range.Length != 2 || range[1] < range[0])
            throw new WeightsException($"'{name}' has data_offsets that are not a beginning and an end");

        long elements = extents.Contains(0) ? 0 : 1;
        foreach (int extent in extents)
        {
            elements *= extent; // below 2^31 * 2^31 at each turn, by the check that follows
            if (elements > Array.MaxLength)
                throw new WeightsException($"'{name}' has more elements than an array can hold");
        }
        if (elements * format.Bytes != range[1] - range[0])
        {
            string shapeText = string.Join(", ", extents);
            throw new WeightsException($"'{name}' needs {elements * format.Bytes} bytes for its shape [{shapeText}] of {format.Name} "
                + $"but its data_offsets span {range[1] - range[0]}");
        }
        return new SafetensorsEntry(name, format, extents, (int)elements, range[0], range[1]);
    }

    private static void CheckTiling(List<SafetensorsEntry> entries, long dataBytes)
    {
        long reached = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != reached)
            {
                throw new WeightsException(entry.Begin < reached
                    ? $"'{entry.Name}' overlaps the array before it"
                    : $"there is a hole of {entry.Begin - reached} bytes before '{entry.Name}'");
            }
            reached = entry.End;
        }
        if (reached != dataBytes)
        {
            throw new WeightsException(reached > dataBytes
                ? $"the file is cut short: its arrays need {reached} bytes and {dataBytes} are there"
                : $"{dataBytes - reached} bytes follow the last array");
        }
    }
}
