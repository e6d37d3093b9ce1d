using System.Globalization;
using Mezzotint.Comparisons;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary>Scores that evaluations have printed, side by side: those of one protocol alone.</summary>
internal static class CompareScores
{
    public static int Run(Session session, IReadOnlyList<string> files, bool json)
    {
        if (files.Count < 2) throw new MezzotintException("One file of scores has nothing to be compared with; name another.");
        StoredScores[] all = [.. files.Select(StoredScores.Read)];
        for (int i = 0; i < all.Length; i++) all[i].RequireSame(all[(i + 1)..]);
        string[] names = [.. all[0].Scores.Select(score => score.Name).Where(name => all.All(scores => scores.Scores.Any(score => score.Name == name)))];
        if (json)
        {
            Json.Write(session.Output, new StoredScoresDocument(
            [
                .. names.Select(name => new StoredScoreDocument(
                    name, Of(all[0], name).HigherIsBetter, Of(all[0], name).Words,
                    [.. all.Select(scores => new StoredValueDocument(scores.File, scores.Judged, Of(scores, name).Value, Better(all[0], scores, name)))])),
            ]));
            return ExitCode.Done;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("").AddColumn("File");
        foreach (string name in names)
            table.AddColumn(new TableColumn(Markup.Escape(Of(all[0], name).HigherIsBetter ? name : $"{name} (less is better)")).RightAligned());
        foreach (StoredScores scores in all)
            table.AddRow([Markup.Escape(scores.Judged), Markup.Escape(scores.File), .. names.Select(name => Cell(all[0], scores, name))]);
        session.Write(table);
        foreach (string protocol in names.Select(name => Of(all[0], name).Words).Distinct()) session.Output.WriteLine(protocol);
        return ExitCode.Done;
    }

    /// <summary>A score as people read it.</summary>
    public static string Number(double value) => double.IsNaN(value) ? ""
        : double.IsInfinity(value) ? "equal" : value.ToString(Math.Abs(value) >= 2 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static StoredScore Of(StoredScores scores, string name) => scores.Scores.First(score => score.Name == name);

    /// <summary>The value, and beside the first file's on how many of the pictures it is better.</summary>
    private static string Cell(StoredScores first, StoredScores scores, string name) =>
        Number(Of(scores, name).Value)
            + (Better(first, scores, name) is { } better ? string.Create(CultureInfo.InvariantCulture, $" ({better} of {Of(scores, name).Images.Count} better)") : "");

    private static int? Better(StoredScores first, StoredScores scores, string name)
    {
        StoredScore own = Of(scores, name), other = Of(first, name);
        if (ReferenceEquals(first, scores) || own.Images.Count == 0) return null;
        return own.Images.Count(image => own.HigherIsBetter ? image.Value > other.Images[image.Key] : image.Value < other.Images[image.Key]);
    }
}
