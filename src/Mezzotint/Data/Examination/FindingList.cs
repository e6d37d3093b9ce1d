namespace Mezzotint.Data.Examination;

/// <summary>Gathers what is found, of each kind and gravity together.</summary>
internal sealed class FindingList(DataNeeds needs)
{
    private readonly Dictionary<(FindingKind Kind, FindingGravity Gravity), List<FoundFile>> _found = [];

    /// <summary>Adds a file to what was found.</summary>
    public void Add(FindingKind kind, FindingGravity gravity, string path, string detail = "", string? partner = null)
    {
        if (!_found.TryGetValue((kind, gravity), out List<FoundFile>? files)) _found[(kind, gravity)] = files = [];
        files.Add(new FoundFile(path, detail) { Partner = partner });
    }

    /// <summary>How many files were found of a kind.</summary>
    public int Count(FindingKind kind) => _found.Where(entry => entry.Key.Kind == kind).Sum(entry => entry.Value.Count);

    /// <summary>What was found, the gravest first, and files by name.</summary>
    public IReadOnlyList<Finding> Finish() =>
    [
        .. _found.OrderByDescending(entry => entry.Key.Gravity).ThenBy(entry => entry.Key.Kind).Select(entry => new Finding(
            entry.Key.Kind, entry.Key.Gravity, FindingText.Title(entry.Key.Kind, entry.Value.Count, needs), FindingText.Remedy(entry.Key.Kind, needs),
            [.. entry.Value.OrderBy(file => file.Path, StringComparer.Ordinal)])),
    ];
}
