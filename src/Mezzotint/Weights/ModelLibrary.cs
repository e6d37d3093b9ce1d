namespace Mezzotint.Weights;

/// <summary>Where models are found: those that come with Mezzotint by name, others by path (a file, or a run's folder).</summary>
public static class ModelLibrary
{
    private const string FileName = "model.safetensors";

    /// <summary>The names of the models that come with Mezzotint.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Folder)
        ? [.. Directory.EnumerateDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, FileName))).Select(Path.GetFileName).Order()!]
        : [];

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
            : $"There is no model '{nameOrPath}'; those that come with Mezzotint are {string.Join(", ", Names)}, others are given by path.");
    }
}
