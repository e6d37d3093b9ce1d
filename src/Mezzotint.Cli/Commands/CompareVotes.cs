using System.Globalization;
using Mezzotint.Comparisons;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary>The votes of blind comparisons, summed.</summary>
internal static class CompareVotes
{
    public static int Run(Session session, IReadOnlyList<string> files, bool json)
    {
        BlindVotes votes = BlindVotes.Read(files);
        foreach (string again in votes.Again) session.Say($"'{again}' is of a sitting that is counted by another file, and is left out.");
        if (json)
        {
            Json.Write(session.Output, new VotesDocument(
                votes.Voters, [.. votes.Models.Select(model => new ComparedModelDocument(model.Name, model.Weights))],
                [
                    .. votes.Preferences.Select(pair => new PreferenceDocument(
                        pair.First, pair.Second, pair.FirstPreferred, pair.SecondPreferred, pair.Undecided, double.IsNaN(pair.Share) ? null : pair.Share,
                        pair.Interval.Low, pair.Interval.High, pair.Preferred)),
                ]));
            return ExitCode.Done;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Models");
        foreach (string column in new[] { "for the first", "for the second", "no difference", "share of the first, 95 %" })
            table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("");
        foreach (Preference pair in votes.Preferences)
        {
            table.AddRow(
                Markup.Escape($"{pair.First} or {pair.Second}"), Text($"{pair.FirstPreferred}"), Text($"{pair.SecondPreferred}"), Text($"{pair.Undecided}"),
                double.IsNaN(pair.Share) ? "-" : Text($"{100 * pair.Share:0} % ({100 * pair.Interval.Low:0} to {100 * pair.Interval.High:0} %)"),
                Markup.Escape(pair.Preferred is { } preferred ? $"{preferred} is preferred" : "the votes do not tell"));
        }

        session.Write(table);
        session.Output.WriteLine(Text($"{votes.Voters} {(votes.Voters == 1 ? "sitting" : "sittings")}; Wilson's score interval of the votes that decided"));
        return ExitCode.Done;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
