namespace Mezzotint.Weights;

/// <summary>Where models are found: those that come with Mezzotint by name, others by path (a file, or a run's folder).</summary>
public static class ModelLibrary
{
    private const string FileName = "model.safetensors";

    /// <summary>The names of the models that come with Mezzotint.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Folder)
        ? [.. Directory.EnumerateDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, FileName))).Select(Path.GetFileName).Order()!]
        : [];

    /// <summary>The models that come with Mezzotint, by name.</summary>
    /// <exception cref="WeightsException">A file of one is no good.</exception>
    public static IReadOnlyList<ShippedModel> Models => [.. Names.Select(name => ShippedModel.Read(name, Find(name)))];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The file of a model.</summary>
    /// <param name="nameOrPath">A name, a safetensors file, or the folder of a run or model.</param>
    /// <exception cref="WeightsException">There is no such model.</exception>
    public static string Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath, StringComparer.Ordinal)) return Path.Combine(Folder, nameOrPath, FileName);
        if (File.Exists(nameOrPath)) return nameOrPath;
        string inside = Path.Combine(nameOrPath, FileName);
        if (File.Exists(inside)) return inside;
        if (Directory.Exists(nameOrPath)) throw new WeightsException($"There is no model in the folder '{nameOrPath}' (no {FileName}).");
        throw new WeightsException(Names.Count == 0
            ? $"There is no model '{nameOrPath}', neither a file nor a folder of that name."
            : $"There is no model '{nameOrPath}'; Mezzotint comes with {string.Join(", ", Names)}, and others are given by path.");
    }

    /// <summary>Whether a folder is that of a run or model.</summary>
    public static bool IsModelFolder(string path) => File.Exists(Path.Combine(path, FileName));

    /// <summary>The model that comes with Mezzotint and enlarges so many times.</summary>
    /// <param name="scale">How many times, each way.</param>
    /// <param name="kind">What its name begins with, of several: <c>photo</c> for the pictures people have, <c>bicubic</c> for the
    /// published protocol.</param>
    /// <exception cref="WeightsException">There is none.</exception>
    public static string ForScale(int scale, string kind = "photo")
    {
        IReadOnlyList<ShippedModel> models = Models;
        ShippedModel? found = models.Where(model => model.Scale == scale).MinBy(model => model.Name == $"{kind}-x{scale}" ? 0 : 1);
        return found?.Name ?? throw new WeightsException(models.Count == 0
            ? "No model comes with this Mezzotint; train one with 'mezzo train', and give it by path."
            : $"No model that comes with Mezzotint enlarges {scale} times; there are "
                + string.Join(", ", models.Where(model => model.Scale is not null).Select(model => $"{model.Name} ({model.Scale} times)"))
                + ", and others are given by path.");
    }
}
