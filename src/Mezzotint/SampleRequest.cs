using System.Globalization;

namespace Mezzotint;

/// <summary>What is asked of a generator: the same request gives the same picture.</summary>
/// <param name="Seed">The seed of the latent vector.</param>
public sealed record SampleRequest(ulong Seed)
{
    /// <summary>The class, by name; null where the generator has none, and else for the class that the seed falls on.</summary>
    public string? Class { get; init; }

    /// <summary>The largest size of a latent number, from 0.01 on; null for none.</summary>
    public double? Truncation { get; init; }

    /// <summary>The request as a picture says it: <c>seed 7, class cat, truncation 0.8</c>.</summary>
    public override string ToString()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"seed {Seed}");
        if (Truncation is { } truncation) text += string.Create(CultureInfo.InvariantCulture, $", truncation {truncation:R}");
        return Class is null ? text : $"{text}, class {Class}";
    }

    /// <summary>The request that a picture says; null if it says none.</summary>
    public static SampleRequest? Parse(string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        int classAt = text.IndexOf(", class ", StringComparison.Ordinal);
        string? name = classAt < 0 ? null : text[(classAt + ", class ".Length)..];
        string[] parts = (classAt < 0 ? text : text[..classAt]).Split(", ");
        if (!parts[0].StartsWith("seed ", StringComparison.Ordinal)
            || !ulong.TryParse(parts[0]["seed ".Length..], NumberStyles.None, culture, out ulong seed)) return null;
        var request = new SampleRequest(seed) { Class = name };
        if (parts.Length == 1) return request;
        const string Truncated = "truncation ";
        return parts.Length == 2 && parts[1].StartsWith(Truncated, StringComparison.Ordinal)
            && double.TryParse(parts[1][Truncated.Length..], NumberStyles.Float, culture, out double truncation)
                ? request with { Truncation = truncation }
                : null;
    }
}
