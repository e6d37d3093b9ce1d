using System.Text.RegularExpressions;

namespace Mezzotint.Tests.Documentation;

/// <summary>What the documentation points at: files, headings, and types by their names.</summary>
public sealed partial class LinksTests
{
    private static readonly string Root = FindRoot();

    private static readonly HashSet<string> Types =
    [
        .. new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value),
    ];

    public static TheoryData<string> Pages =>
        new([.. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(Path.GetFileName)!, "../README.md", "../README.zh-CN.md"]);

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_leads_to_a_file_and_heading_that_there_are_and_a_type_to_its_own_file(string page)
    {
        string file = Path.GetFullPath(Path.Combine(Root, "docs", page));
        foreach (Match link in Link().Matches(File.ReadAllText(file)))
        {
            (string text, string[] target) = (link.Groups[1].Value, link.Groups[2].Value.Split('#'));
            if (target[0].Contains("://", StringComparison.Ordinal)) continue;
            string path = target[0].Length == 0 ? file : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, target[0]));
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{page} links to {link.Groups[2].Value}, which there is not");
            if (target.Length > 1) Assert.Contains(target[1], Anchors(path));
            if (path.EndsWith(".cs", StringComparison.Ordinal) && text.StartsWith('`'))
            {
                Assert.Equal($"`{Path.GetFileNameWithoutExtension(path)}`", text);
                Assert.Contains(text.Trim('`'), Types);
            }
        }
    }

    /// <summary>Headings as GitHub links to them.</summary>
    private static IEnumerable<string> Anchors(string page) =>
        File.ReadLines(page).Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Mezzotint.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"\[([^\]]*)\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?:class|record|struct|enum|interface)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
