using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mezzotint;

/// <summary>What a picture says of a <see cref="Refinement"/> that was made of it, so that it can be made again.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Weights">Which weights did it: <c>sha256:</c> and 64 digits.</param>
public sealed record RefinementNote(RefinementKind Kind, string Weights)
{
    /// <summary>What the model was called; null for no name.</summary>
    public string? Model { get; init; }

    /// <summary>The file of the mask, where one was given.</summary>
    public string? Mask { get; init; }

    /// <summary>The SHA-256 of the mask's pixels, where one was given.</summary>
    public string? MaskPixels { get; init; }

    /// <summary>Notes as a picture's text holds them, the first refinement first.</summary>
    public static string Write(IReadOnlyList<RefinementNote> notes) => JsonSerializer.Serialize([.. notes], RefinementJson.Texts.RefinementNoteArray);

    /// <summary>The notes of a text; null if it holds none.</summary>
    public static IReadOnlyList<RefinementNote>? Parse(string text)
    {
        try
        {
            RefinementNote[]? notes = JsonSerializer.Deserialize(text, RefinementJson.Texts.RefinementNoteArray);
            return notes is null || notes.Any(note => note?.Weights is null) ? null : notes;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(RefinementNote[]))]
internal sealed partial class RefinementJson : JsonSerializerContext
{
    /// <summary>With file names as they are written: the text is no web page.</summary>
    public static RefinementJson Texts { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<RefinementKind>(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
