namespace Mezzotint.Data;

/// <summary>
/// A folder with all that is below it. Links to folders are followed, but none that leads back to a folder that it lies in; what is hidden
/// is passed by.
/// </summary>
internal static class FolderTree
{
    private static readonly EnumerationOptions Shown = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <summary>The folder and those below it, in no order that means anything.</summary>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static IEnumerable<string> Folders(string folder) => Below(folder, [PlaceOf(folder) ?? Path.GetFullPath(folder)]);

    /// <summary>The files of the folder and of those below it, in no order that means anything.</summary>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static IEnumerable<string> Files(string folder) => Folders(folder).SelectMany(inner => Directory.EnumerateFiles(inner, "*", Shown));

    private static IEnumerable<string> Below(string folder, IReadOnlyList<string> places)
    {
        yield return folder;
        foreach (string inner in Directory.EnumerateDirectories(folder, "*", Shown))
        {
            string place = PlaceOf(inner) ?? Path.Combine(places[^1], Path.GetFileName(inner));
            if (places.Contains(place, StringComparer.Ordinal)) continue;
            foreach (string found in Below(inner, [.. places, place])) yield return found;
        }
    }

    /// <summary>Where a link leads at last; null for what is no link.</summary>
    private static string? PlaceOf(string folder)
    {
        if (Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName is not { } target) return null;
        target = Path.TrimEndingDirectorySeparator(target);
        return PlaceOf(target) ?? target; // "../x" of a folder that is itself reached by a link
    }
}
