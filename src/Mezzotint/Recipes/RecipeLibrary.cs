namespace Mezzotint.Recipes;

/// <summary>Where recipes are found: those that come with Mezzotint by name, others by path.</summary>
public static class RecipeLibrary
{
    private const string Extension = ".yaml";

    /// <summary>The names of the recipes that come with Mezzotint.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*" + Extension).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!]
        : [];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "recipes");

    /// <summary>The file of a recipe.</summary>
    /// <param name="nameOrPath">A name, or a YAML file.</param>
    /// <exception cref="RecipeException">There is no such recipe.</exception>
    public static string Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath, StringComparer.Ordinal)) return Path.Combine(Folder, nameOrPath + Extension);
        if (File.Exists(nameOrPath)) return nameOrPath;
        throw new RecipeException(Names.Count == 0
            ? $"There is no recipe '{nameOrPath}'."
            : $"There is no recipe '{nameOrPath}'; Mezzotint comes with {string.Join(", ", Names)}, and others are given by path.");
    }
}
