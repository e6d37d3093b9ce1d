using Mezzotint.Weights;

namespace Mezzotint.Cli;

/// <summary>Which model a request means, when it may name the model, the scale, both or neither.</summary>
internal static class ModelChoice
{
    /// <summary>The model that is used when a request names neither.</summary>
    public const string Default = "bicubic-x4";

    /// <summary>Finds the model and its scale.</summary>
    /// <param name="model">A name or path, or null.</param>
    /// <param name="scale">How many times it is to enlarge, or null.</param>
    /// <returns>The name or path, and the scale.</returns>
    /// <exception cref="MezzotintException">There is no such model, or it has another scale.</exception>
    public static (string Model, int Scale) Find(string? model, int? scale)
    {
        model ??= scale is { } wanted ? ModelLibrary.ForScale(wanted) : Default;
        int own = ModelFile.ReadScale(ModelLibrary.Find(model));
        if (scale is { } asked && asked != own)
            throw new MezzotintException($"The model '{model}' enlarges {own} times, and --scale asks for {asked}; leave out one of them.");
        return (model, own);
    }

    /// <summary>The model for an enlargement by any factor, which a resample completes.</summary>
    /// <param name="model">A name or path, or null for that which comes with Mezzotint and enlarges as much or, where none does, the most.</param>
    /// <param name="factor">How many times it is to enlarge, or null for what the model does.</param>
    /// <returns>The name or path, and the scale.</returns>
    /// <exception cref="MezzotintException">There is no such model.</exception>
    public static (string Model, int Scale) For(string? model, double? factor)
    {
        if (model is not null || factor is null) return Find(model, null);
        int[] scales = [.. ModelLibrary.Models.Select(shipped => shipped.Scale).OfType<int>().Order()];
        return Find(null, scales.Length == 0 ? null : scales.Where(scale => scale >= factor).DefaultIfEmpty(scales[^1]).First());
    }
}
