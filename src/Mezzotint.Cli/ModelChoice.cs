using Mezzotint.Weights;

namespace Mezzotint.Cli;

/// <summary>Which model a request means, when it may name the model, the scale, both or neither.</summary>
internal static class ModelChoice
{
    /// <summary>The model that is used when a request names neither.</summary>
    public const string Default = "photo-x4";

    /// <summary>The model that restores when a request names none.</summary>
    public const string Restorer = "denoise";

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
    /// <param name="model">A name or path, or null for that which comes with Mezzotint and enlarges as much or, where none does, the
    /// most.</param>
    /// <param name="factor">How many times it is to enlarge, or null for what the model does.</param>
    /// <returns>The name or path, and the scale.</returns>
    /// <exception cref="MezzotintException">There is no such model.</exception>
    public static (string Model, int Scale) For(string? model, double? factor)
    {
        if (model is not null || factor is null)
        {
            (string Model, int Scale) found = Find(model, null);
            return found.Scale > 1
                ? found
                : throw new MezzotintException($"The model '{found.Model}' restores pictures at their size; use it with 'mezzo restore'.");
        }

        int[] scales = [.. ModelLibrary.Models.Select(shipped => shipped.Scale).OfType<int>().Where(scale => scale > 1).Order()];
        return Find(null, scales.Length == 0 ? null : scales.Where(scale => scale >= factor).DefaultIfEmpty(scales[^1]).First());
    }

    /// <summary>The model to restore pictures with.</summary>
    /// <param name="model">A name or path, or null for that which comes with Mezzotint.</param>
    /// <returns>The name or path, and the scale, which is 1.</returns>
    /// <exception cref="MezzotintException">There is no such model, or it enlarges.</exception>
    public static (string Model, int Scale) ForRestoring(string? model)
    {
        if (model is null && !ModelLibrary.Names.Contains(Restorer))
        {
            throw new MezzotintException(
                $"No model that comes with this Mezzotint restores; train one with 'mezzo train {Restorer}', and give it with --model.");
        }

        (string Model, int Scale) found = Find(model ?? Restorer, null);
        return found.Scale == 1
            ? found
            : throw new MezzotintException($"The model '{found.Model}' enlarges {found.Scale} times; use it with 'mezzo upscale'.");
    }
}
