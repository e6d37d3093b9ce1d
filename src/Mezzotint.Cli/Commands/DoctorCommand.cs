using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data.Examination;
using Mezzotint.Families;
using Mezzotint.Recipes;
using Mezzotint.Storage;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo doctor</c>: looks at data before a training does.</summary>
internal static class DoctorCommand
{
    private const int MostNamed = 5;
    private const double Megabyte = 1e6;

    public static Command Create(Session session)
    {
        var data = new Argument<string[]>("DATA")
        {
            Description = "Folders, or files, that a training is to learn from. [default: those that the recipe names]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var recipe = CommonOptions.Text(
            "--for", "RECIPE", "What is to be trained: a recipe's YAML file, the name of one that comes with Mezzotint, or a run's folder.");
        recipe.Required = true;
        var validation = CommonOptions.Text("--validation", "DIR", "Data that are never to be learned from. [default: those that the recipe names]");
        var settings = CommonOptions.Texts("--set", "KEY=VALUE", "Another value for a key of the recipe, as in data.crop=32.");
        var report = CommonOptions.Text("--report", "FILE", "Write a report with all files: .html, with small pictures, or .json.");
        var fix = CommonOptions.Text(
            "--fix", "NEWFOLDER", "Copy what is good to a new folder, without alpha, duplicates and what is broken; what is there is never changed.");
        var all = new Option<bool>("--all") { Description = $"Name every file, and not the first {MostNamed} of each finding." };
        var json = CommonOptions.Json();
        var command = new Command(
            "doctor",
            "Examine data before hours of training: what is broken, too small, twice there, wrongly paired or labelled, and what to do. "
                + "Exit code 0: nothing would break or spoil the training; 1: something would. Nothing is changed unless --fix is given.")
        {
            data.NoOption(), recipe, validation, settings, report, fix, all, json,
        };
        command.SetAction(parsed => Run(session, new Request(
            parsed.GetValue(data) ?? [], parsed.GetRequiredValue(recipe)!, parsed.GetValue(validation), parsed.GetValue(settings) ?? [],
            parsed.GetValue(report), parsed.GetValue(fix), parsed.GetValue(all), parsed.GetValue(json))));
        return command;
    }

    private static int Run(Session session, Request request)
    {
        if (request.Report is { } file && !IsPage(file) && !IsDocument(file))
            throw new MezzotintException($"--report writes .html or .json, and not '{file}'.");
        string ofRun = Path.Combine(request.Recipe, "recipe.yaml");
        TrainingRecipe recipe = FamilyLibrary.Read(File.Exists(ofRun) ? ofRun : RecipeLibrary.Find(request.Recipe), request.Settings);
        recipe = recipe.WithPlaces(new DataPlaces(
            request.Data.Length > 0 ? request.Data : recipe.Places.Train, request.Validation ?? recipe.Places.Validation));
        DataReport report = Examine(session, recipe.Needs());
        if (request.Report is { } path)
        {
            if (IsPage(path)) DataReportPage.Write(report, recipe.Name, path);
            else AtomicFile.WriteText(path, Json.Text(Document(report, recipe.Name, null)));
        }

        RepairSummary? made = null;
        DataReport verdict = report;
        if (request.Fix is { } folder)
        {
            ExaminationDisplay.Run(session, "Copying", display => made = DataRepair.Write(report, folder, display, session.Cancellation));
            verdict = Examine(session, made!.Needs);
        }

        if (request.Json)
        {
            Json.Write(session.Output, Document(verdict, recipe.Name, made));
            return verdict.IsClean ? ExitCode.Done : ExitCode.Failed;
        }

        Print(session, report, recipe.Name, request.All);
        if (made is not null)
        {
            session.Output.WriteLine();
            session.Output.WriteLine(Text(
                $"'{request.Fix}' has {Count(made.Copied, "file")} as they were, {made.Converted:N0} made anew, and {made.LeftOut:N0} left out. Examined again:"));
            session.Output.WriteLine();
            Print(session, verdict, recipe.Name, request.All);
            if (verdict.Findings.All(finding => finding.Gravity != FindingGravity.Breaks)) session.Output.WriteLine(Use(request.Recipe, made.Needs));
        }

        return verdict.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private static DataReport Examine(Session session, DataNeeds needs)
    {
        DataReport? report = null;
        ExaminationDisplay.Run(session, "Examining", display => report = DataExamination.Of(needs, display, session.Cancellation));
        return report!;
    }

    private static void Print(Session session, DataReport report, string recipe, bool all)
    {
        TextWriter output = session.Output;
        output.WriteLine(Text(
            $"{string.Join(", ", report.Needs.Train)} for {recipe}: {report.TrainCount:N0} to learn from, {report.ValidationCount:N0} never learned from; ")
            + Text($"{Count(report.Files, "file")}, {report.Bytes / Megabyte:N1} MB."));
        foreach (Finding finding in report.Findings)
        {
            output.WriteLine();
            output.WriteLine($"{Word(finding.Gravity)}: {finding.Title}. {finding.Remedy}");
            foreach (FoundFile file in finding.Files.Take(all ? int.MaxValue : MostNamed))
                output.WriteLine($"    {file.Path}{(file.Detail.Length > 0 ? ": " : "")}{file.Detail}");
            if (!all && finding.Files.Count > MostNamed) output.WriteLine(Text($"    and {finding.Files.Count - MostNamed:N0} more (--all, --report)"));
        }

        if (report.Classes.Count > 0)
        {
            output.WriteLine();
            string unit = report.ClassesArePixels ? "pixels" : "images";
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumn("Class").AddColumn(new TableColumn($"{unit} to learn from").RightAligned()).AddColumn(new TableColumn("never learned from").RightAligned());
            foreach (ClassCount one in report.Classes) table.AddRow(Markup.Escape(one.Name), Text($"{one.Train:N0}"), Text($"{one.Validation:N0}"));
            session.Write(table);
        }

        output.WriteLine();
        int breaks = report.Findings.Count(finding => finding.Gravity == FindingGravity.Breaks);
        int spoils = report.Findings.Count(finding => finding.Gravity == FindingGravity.Spoils);
        output.WriteLine(report.IsClean
            ? "Nothing would break or spoil the training."
            : Text($"{Count(breaks, "finding")} would break the training, {Count(spoils, "finding")} would spoil it."));
    }

    /// <summary>The command that trains with the new folder.</summary>
    private static string Use(string recipe, DataNeeds needs) =>
        $"Train with: mezzo train {TrainingRun.Quoted(recipe)} {string.Join(' ', needs.Train.Select(place => $"--data {TrainingRun.Quoted(place)}"))}"
        + (needs.Validation is { } validation ? $" --validation {TrainingRun.Quoted(validation)}" : "");

    private static DoctorDocument Document(DataReport report, string recipe, RepairSummary? made) => new(
        recipe, report.Needs.Train, report.Needs.Validation, report.TrainCount, report.ValidationCount, report.Files, report.Bytes, report.IsClean,
        [
            .. report.Findings.Select(finding => new FindingDocument(
                Snake(finding.Kind), finding.Gravity.ToString().ToLowerInvariant(), finding.Files.Count, finding.Title, finding.Remedy,
                [.. finding.Files.Select(file => new FoundFileDocument(file.Path, file.Detail.Length > 0 ? file.Detail : null, file.Partner))])),
        ],
        report.ClassesArePixels ? "pixels" : "images", [.. report.Classes.Select(one => new ClassCountDocument(one.Name, one.Train, one.Validation))],
        made is null ? null : new RepairDocument(made.Copied, made.Converted, made.LeftOut));

    private static string Word(FindingGravity gravity) => gravity switch
    {
        FindingGravity.Breaks => "Breaks",
        FindingGravity.Spoils => "Spoils",
        _ => "Note",
    };

    private static string Snake(FindingKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static bool IsPage(string path) => Path.GetExtension(path).ToLowerInvariant() is ".html" or ".htm";

    private static bool IsDocument(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is asked for.</summary>
    private sealed record Request(
        string[] Data, string Recipe, string? Validation, string[] Settings, string? Report, string? Fix, bool All, bool Json);
}
