using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Networks;
using Mezzotint.Recipes;

namespace Mezzotint.Families.Translation;

/// <summary>A recipe's pairs, opened and found good.</summary>
/// <param name="Train">The pairs to learn from.</param>
/// <param name="Validation">Those that are never learned from; null for none.</param>
/// <param name="Palette">The classes' colours, where label maps have some.</param>
internal sealed record TranslationData(PairSet Train, PairSet? Validation, Palette? Palette)
{
    private const int MostNamed = 12;

    /// <summary>
    /// Opens a recipe's pairs, and reads every one of them once, so that what cannot be used is known before the training.
    /// </summary>
    public static TranslationData Open(TranslationDataRecipe recipe, Action<string> say, bool segments)
    {
        if (recipe.Train.Count == 0)
            throw new RecipeException("The recipe names no pairs to learn from; give a folder with --data, or in data.train.");
        Palette? palette = recipe.Palette is { } path ? Palette.Read(path) : null;
        if (palette is not null && palette.Entries.Count != recipe.Classes)
            throw new RecipeException($"'{recipe.Palette}' has {palette.Entries.Count} classes, and data.classes is {recipe.Classes}; they are the same number.");
        LabelScheme? scheme = recipe.HasLabels ? new LabelScheme(recipe.Classes, recipe.Void, palette) : null;
        PairSet all = Set(recipe, recipe.Train, scheme);
        PairSet? validation = recipe.Validation is { } folder ? Set(recipe, [folder], scheme) : null;
        if (recipe.HoldOut >= all.Count)
            throw new RecipeException($"data.holdOut is {recipe.HoldOut}, and there are {all.Count} pairs; leave some to learn from.");
        PairSet train = recipe.HoldOut > 0 ? all.Range(0, all.Count - recipe.HoldOut) : all;
        if (recipe.HoldOut > 0) validation = all.Range(train.Count, recipe.HoldOut);
        Check(recipe, train, palette, say, segments);
        if (validation is not null && recipe.Pairs != PairSource.Photographs) PairScan.Of(validation);
        return new TranslationData(train, validation, palette);
    }

    /// <summary>Cuts pairs as the recipe says; for one thread.</summary>
    public static PairCutter Cutter(TranslationDataRecipe recipe, bool segments) => new(
        recipe.Width, recipe.Height, recipe.HasLabels, recipe.Instances is not null, segments,
        recipe.Pairs != PairSource.Photographs ? null : recipe.Corruption switch
        {
            CorruptionKind.Masked => new MaskCorruption(new MaskGenerator(recipe.Mask, recipe.MaskShare[0], recipe.MaskShare[1])),
            CorruptionKind.Noisy => new NoiseCorruption(recipe.Noise[0], recipe.Noise[1]),
            CorruptionKind.Degraded => new PhotographCorruption(recipe.Photograph),
            _ => new GreyCorruption(),
        });

    private static PairSet Set(TranslationDataRecipe recipe, IReadOnlyList<string> folders, LabelScheme? scheme)
    {
        switch (recipe.Pairs)
        {
            case PairSource.Photographs:
                return PairSet.Photographs(folders);
            case PairSource.SideBySide:
                return PairSet.SideBySide(folders, recipe.InputSide, scheme);
            default:
                if (folders.Count > 1) throw new RecipeException("Of pairs in two folders data.train names one folder that holds both; name one.");
                string folder = folders[0];
                return PairSet.Folders(
                    Path.Combine(folder, recipe.Inputs), Path.Combine(folder, recipe.Targets),
                    recipe.Instances is { } instances ? Path.Combine(folder, instances) : null, scheme);
        }
    }

    private static void Check(TranslationDataRecipe recipe, PairSet train, Palette? palette, Action<string> say, bool segments)
    {
        if (recipe.Pairs == PairSource.Photographs) return;
        PairScan scan = PairScan.Of(train);
        int most = recipe.Instances is not null ? scan.MostInstances : recipe.Classes + 1;
        if (segments && most > recipe.MostSegments)
            throw new RecipeException($"A pair has {most} segments, more than data.mostSegments, {recipe.MostSegments}; raise it.");
        string[] absent = [.. scan.Absent.Select(label => palette?.Entries[label].Name ?? $"{label}")];
        if (absent.Length > 0)
        {
            say($"No pixel has the {(absent.Length == 1 ? "class" : "classes")} {string.Join(", ", absent.Take(MostNamed))}"
                + $"{(absent.Length > MostNamed ? $" and {absent.Length - MostNamed} more" : "")}; nothing will be learned of it.");
        }
    }
}
