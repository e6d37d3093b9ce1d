using System.Globalization;
using System.Text;
using Mezzotint.Data;
using Mezzotint.Imaging.Files;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>The list of a run's data files as it began, <c>BYTES tab NAME</c> a line: by it a lost or changed file is named.</summary>
internal static class DataManifest
{
    private const int Named = 3;

    /// <summary>Writes the list, whole or not at all.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<DataFile> files)
    {
        var text = new StringBuilder();
        foreach (DataFile file in files) text.Append(CultureInfo.InvariantCulture, $"{file.Bytes}\t{OneLine(file.Name)}\n");
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads a list; null where there is none, as in runs of before there were lists.</summary>
    /// <exception cref="CheckpointException">It is no such list.</exception>
    public static IReadOnlyList<DataFile>? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (InputFile.Length(path) == 0) return []; // a training whose data are no files has an empty list
            return [.. File.ReadLines(path).Select(line => line.Split('\t', 2)).Select(parts =>
                new DataFile(parts[1], long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture)))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new CheckpointException($"The list of data files '{path}' cannot be read; restore it, or remove it to go on without.", fault);
        }
    }

    /// <summary>What is lost, new or changed, by name; null where nothing is.</summary>
    public static string? Difference(IReadOnlyList<DataFile> before, IReadOnlyList<DataFile> now)
    {
        before = [.. before.Select(file => file with { Name = OneLine(file.Name) })];
        now = [.. now.Select(file => file with { Name = OneLine(file.Name) })];
        HashSet<string> then = [.. before.Select(file => file.Name)], still = [.. now.Select(file => file.Name)];
        string[] parts =
        [
            .. Part("lost", before.Where(file => !still.Contains(file.Name))),
            .. Part("changed", now.Except(before).Where(file => then.Contains(file.Name))),
            .. Part("new", now.Where(file => !then.Contains(file.Name))),
        ];
        return parts.Length == 0 ? null : string.Join("; ", parts);

        static IEnumerable<string> Part(string what, IEnumerable<DataFile> files) => files.Any() ? [$"{what}: {Names([.. files])}"] : [];
    }

    /// <summary>The first few names, and how many more there are.</summary>
    public static string Names(IReadOnlyList<DataFile> files)
    {
        string names = string.Join(", ", files.Take(Named).Select(file => $"'{file.Name}'"));
        return files.Count <= Named ? names : string.Create(CultureInfo.InvariantCulture, $"{names} and {files.Count - Named:N0} more");
    }

    private static string OneLine(string name) => name.ReplaceLineEndings("\uFFFD");
}
