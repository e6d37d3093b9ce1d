using System.Text.Json;
using Mezzotint.Evaluation;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Comparisons;

/// <summary>JSON files that people hand to each other: what they hold, or one sentence.</summary>
internal static class StoredJson
{
    private const int MostBytes = 64 << 20, LongestText = 2_000;

    /// <summary>What is in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it should hold, as in "holds no ...".</param>
    /// <param name="parse">Makes it of the file's value; its exceptions of format and of JSON elements become sentences.</param>
    /// <exception cref="EvaluationException">The file is missing, cannot be read, or holds something else.</exception>
    public static T Read<T>(string file, string kind, Func<JsonElement, T> parse)
    {
        try
        {
            switch (InputFile.Length(file))
            {
                case null: throw new EvaluationException($"There is no file '{file}'.");
                case 0: throw new FormatException("it is empty");
                case > MostBytes: throw new FormatException("it is too large");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            return parse(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException($"'{file}' holds no {kind}: {fault.Message.TrimEnd('.')}.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"Cannot read '{file}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>A text, of which nothing steers a terminal.</summary>
    /// <exception cref="FormatException">It is null, or too long to be a name or a protocol.</exception>
    public static string Text(JsonElement value) => Text(value.GetString() ?? throw new FormatException("a text is null"));

    /// <summary>A text that was a key.</summary>
    /// <exception cref="FormatException">It is too long.</exception>
    public static string Text(string text) =>
        text.Length <= LongestText ? MezzotintException.Shown(text) : throw new FormatException($"a text of {text.Length} characters is in it");
}
