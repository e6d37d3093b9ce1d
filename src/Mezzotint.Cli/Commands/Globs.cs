using System.IO.Enumeration;

namespace Mezzotint.Cli.Commands;

/// <summary>Patterns that the shell did not expand: * and ? within a name, ** for any number of folders.</summary>
internal static class Globs
{
    private const string AnyFolders = "**";

    /// <summary>
    /// What inputs mean: those that exist or are no pattern as they are, and for each pattern the files and folders it matches.
    /// </summary>
    /// <exception cref="MezzotintException">Nothing matches a pattern.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> inputs) => [.. Find(inputs).Select(match => match.Path)];

    /// <summary>What inputs mean, as <see cref="Expand"/> says, and in which folders a search through folders found it.</summary>
    /// <exception cref="MezzotintException">Nothing matches a pattern.</exception>
    public static IReadOnlyList<GlobMatch> Find(IEnumerable<string> inputs) =>
    [
        .. inputs.SelectMany(input => Path.Exists(input) || !IsPattern(input)
            ? [new GlobMatch(input, "")]
            : Matches(input)).DistinctBy(match => match.Path),
    ];

    private static bool IsPattern(string input) => input.AsSpan().ContainsAny('*', '?');

    private static List<GlobMatch> Matches(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] parts = pattern[root.Length..].Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        List<GlobMatch> found = [.. Matches(root, parts, null).DistinctBy(match => match.Path).OrderBy(match => match.Path, NaturalOrder.Instance)];
        return found.Count > 0 ? found : throw new MezzotintException($"Nothing matches '{pattern}'; check the pattern, or name the files.");
    }

    private static IEnumerable<GlobMatch> Matches(string folder, ReadOnlyMemory<string> parts, string? searched)
    {
        if (parts.IsEmpty)
            return [new GlobMatch(folder, searched is null ? "" : Path.GetDirectoryName(Path.GetRelativePath(searched, folder)) ?? "")];
        string part = parts.Span[0];
        ReadOnlyMemory<string> rest = parts[1..];
        if (!IsPattern(part))
        {
            string next = Path.Combine(folder, part);
            return Path.Exists(next) ? Matches(next, rest, searched) : [];
        }

        string listed = folder.Length == 0 ? "." : folder;
        if (!Directory.Exists(listed)) return [];
        if (part == AnyFolders)
        {
            searched ??= listed;
            IEnumerable<GlobMatch> here = rest.IsEmpty
                ? FilesOf(listed).SelectMany(path => Matches(Named(path), rest, searched))
                : Matches(folder, rest, searched);
            return here.Concat(
                Directory.EnumerateDirectories(listed)
                    .Where(path => IsShown(path) && !IsLink(path))
                    .SelectMany(inner => Matches(Named(inner), parts, searched)));
        }

        return Directory.EnumerateFileSystemEntries(listed)
            .Where(path => IsShown(path) && FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(path), OperatingSystem.IsWindows()))
            .SelectMany(path => Matches(Named(path), rest, searched));

        string Named(string path) => Path.Combine(folder, Path.GetFileName(path));
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder).Where(IsShown);

    /// <summary>As in a shell, ** goes into no folder through a link, which may lead back.</summary>
    private static bool IsLink(string path) => File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);

    /// <summary>As in a shell, a pattern does not match what is hidden.</summary>
    private static bool IsShown(string path) => Path.GetFileName(path) is not ['.', ..];
}
