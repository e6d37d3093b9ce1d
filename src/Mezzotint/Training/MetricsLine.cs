using System.Text.Json;
using Mezzotint.Imaging.Files;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>A line of a run's metrics.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Values">Names and numbers, in their order; those that are not finite included.</param>
/// <param name="Warnings">What was said of them; empty for nothing.</param>
public sealed record MetricsLine(long Step, IReadOnlyList<KeyValuePair<string, double>> Values, IReadOnlyList<string> Warnings)
{
    internal const string StepKey = "step", WarningsKey = "warnings";

    /// <summary>Reads a run's metrics; a line half written ends them.</summary>
    /// <param name="path">The file; none there has no lines.</param>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static IReadOnlyList<MetricsLine> Read(string path)
    {
        var lines = new List<MetricsLine>();
        try
        {
            if (InputFile.Length(path) is null or 0) return lines;
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            while (reader.ReadLine() is { } text && Parse(text) is { } line) lines.Add(line);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot read the metrics '{path}': {Disk.Reason(fault)}.", fault);
        }

        return lines;
    }

    private static MetricsLine? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            long? step = null;
            var values = new List<KeyValuePair<string, double>>();
            string[] warnings = [];
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            {
                if (entry.NameEquals(StepKey)) step = entry.Value.GetInt64();
                else if (entry.NameEquals(WarningsKey)) warnings = [.. entry.Value.EnumerateArray().Select(warning => warning.GetString()!)];
                else values.Add(KeyValuePair.Create(entry.Name, Number(entry.Value)));
            }

            return step is { } at ? new MetricsLine(at, values, warnings) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.GetString() switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.NaN,
    };
}
