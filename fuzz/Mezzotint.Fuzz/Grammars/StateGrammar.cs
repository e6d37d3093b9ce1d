using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>
/// The arrays of a safetensors file by names and shapes, and its metadata one by one: files whose header is sound whatever is changed, so
/// that what is made of the arrays is reached.
/// </summary>
internal sealed class StateGrammar : Grammar
{
    private const int MostBytes = 1 << 18;
    private const byte OfMetadata = (byte)'M', OfArray = (byte)'A';

    private static readonly TokenGrammar Json = new(
        "kind", "scale", "channels", "blocks", "size", "imageChannels", "latent", "classes", "widths", "levels", "growth", "unshuffle", "compact", "srresnet", "dcgan", "vae",
        "rrdb", "imdn", "srvgg", "translator", "hierarchical", "dense-generator", "[", "]", "[4]", "[]", "null", "0", "-1", "1", "2", "3", "65536", "16384", "2147483647");

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        if (file.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(file) is var length && length > (ulong)(file.Length - 8)) return null;
        try
        {
            using var document = JsonDocument.Parse(file.AsMemory(8, (int)length));
            var parts = new List<byte[]>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                    foreach (JsonProperty entry in property.Value.EnumerateObject()) parts.Add(Part(OfMetadata, entry.Name, entry.Value.GetString()!));
                else
                {
                    string shape = string.Join(',', property.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetRawText()));
                    parts.Add(Part(OfArray, property.Name, shape));
                }
            }

            return new Document(parts, Compose);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice)
    {
        (byte kind, string name, string text) = Read(part);
        if (dice.OneIn(6)) return Part(kind, Encoding.Latin1.GetString(ByteMutations.Change(Encoding.Latin1.GetBytes(name), part, dice)), text);
        if (kind == OfMetadata)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return Part(kind, name, Encoding.UTF8.GetString(Json.Mutate(bytes, bytes, dice)));
        }

        List<long> extents = [.. Extents(text)];
        if (extents.Count == 0 || dice.OneIn(6)) extents.Add(dice.Few(4));
        int at = dice.Below(extents.Count);
        switch (dice.Below(5))
        {
            case 0: extents.RemoveAt(at); break;
            case 1: extents[at] = dice.Below(20); break;
            case 2: // an array without numbers may be as wide as it likes
                extents[at] = 0;
                extents[dice.Below(extents.Count)] = dice.Of((long[])[0, 1, 64, 4096, 65536, 1 << 20, int.MaxValue]);
                break;
            case 3: extents[at] = Math.Max(0, extents[at] + dice.Below(5) - 2); break;
            default: extents[at] = Math.Clamp(dice.Number(), 0, int.MaxValue); break;
        }

        return Part(kind, name, string.Join(',', extents));
    }

    private static byte[] Compose(List<byte[]> parts)
    {
        var json = new MemoryStream();
        long data = 0;
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (parts.Exists(part => part is [OfMetadata, ..])) writer.WriteStartObject("__metadata__");
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (byte[] part in parts.Where(part => part is [OfMetadata, ..]))
            {
                (_, string name, string text) = Read(part);
                if (names.Add(name)) writer.WriteString(name, text);
            }

            if (names.Count > 0) writer.WriteEndObject();
            foreach (byte[] part in parts.Where(part => part is [OfArray, ..]))
            {
                (_, string name, string text) = Read(part);
                long[] extents = [.. Extents(text)];
                Int128 elements = extents.Aggregate((Int128)1, (product, extent) => product * extent);
                if (elements * 4 > MostBytes - data || !names.Add(name)) continue;
                writer.WriteStartObject(name);
                writer.WriteString("dtype", "F32");
                writer.WriteStartArray("shape");
                foreach (long extent in extents) writer.WriteNumberValue(extent);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(data);
                writer.WriteNumberValue(data += 4 * (long)elements);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json.ToArray(), .. new byte[data]];
    }

    private static byte[] Part(byte kind, string name, string text) => [kind, .. Encoding.UTF8.GetBytes($"{name}\n{text}")];

    private static (byte Kind, string Name, string Text) Read(byte[] part)
    {
        string text = Encoding.UTF8.GetString(part.AsSpan(1));
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (part[0], text, "") : (part[0], text[..end], text[(end + 1)..]);
    }

    private static IEnumerable<long> Extents(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(extent => long.TryParse(extent, CultureInfo.InvariantCulture, out long value) ? value : 1);
}
