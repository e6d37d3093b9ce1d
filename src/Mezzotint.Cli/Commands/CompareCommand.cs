using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Comparisons;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Tensors;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary>
/// <c>mezzo compare</c>: the same seeds or inputs through several models, as a picture and a page; stored scores beside one another; votes
/// summed.
/// </summary>
internal static class CompareCommand
{
    private const int DefaultSeeds = 8, DefaultRows = 8, MostRows = 64, LargestCrop = 4096;
    private const string Page = ".html", Picture = ".png", Document = ".json";
    private const string DefaultName = "comparison";

    public static Command Create(Session session, Option<bool> verbose)
    {
        var models = new Argument<string[]>("RUN|MODEL")
        {
            Description = "Two or more models of one kind: runs' folders, models' files, models of 'mezzo models'; beside those that enlarge, "
                + "bicubic, bilinear and nearest. Or two or more files that 'mezzo evaluate ... --json' has printed.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var inputs = Several("--inputs", "PICTURE", "For models that are given pictures: pictures, folders of them, or patterns.");
        var truths = Several(
            "--truth", "PICTURE", "What should come of them, by the inputs' names, to be scored; alone, for models that enlarge, the inputs are their bicubic reductions.");
        var lpips = new LpipsOptions();
        var seeds = CommonOptions.Seeds($"For models that generate: the seeds, as 7, 0-31 or 1,5,9-12. [default: 0-{DefaultSeeds - 1}]");
        var name = CommonOptions.Text("--class", "NAME", "The class, of models that have classes. [default: by turns]");
        var truncation = CommonOptions.Truncation();
        var blind = new Option<bool>("--blind") { Description = "Make the page a blind vote, which names the models at its end; no picture is written." };
        var rows = CommonOptions.Count("--rows", $"Rows of the picture, at most {MostRows}; the page has all. [default: {DefaultRows}]");
        var crop = CommonOptions.Side(
            "--crop", "The side of the middle of each result that the picture shows, in pixels. [default: all, reduced where it is large]");
        var votes = Several("--votes", "FILE", "Sum the votes that pages of blind comparisons have saved.");
        var output = new Option<string?>("--output", "-o")
        {
            Description = $"The page; the picture lies beside it. [default: {DefaultName}{Page}]",
            HelpName = "FILE.html",
        };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var device = DeviceChoice.Option();
        var command = new Command(
            "compare", "Compare models: the same seeds or inputs side by side in a picture and a page with a slider, scored or by blind vote; or stored scores.")
        {
            models.NoOption(), inputs, truths, lpips.Heads, lpips.Backbone, seeds, name, truncation, blind, rows, crop, votes, output, json, threads, device,
        };
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetValue(models) ?? [];
            if (parsed.GetValue(votes) is { Length: > 0 } files)
            {
                if (given.Length > 0) throw new MezzotintException("--votes sums votes and takes no models; leave the models out.");
                return CompareVotes.Run(session, Globs.Expand(files), parsed.GetValue(json));
            }

            if (given.Length > 0 && given.All(IsDocument)) return CompareScores.Run(session, given, parsed.GetValue(json));
            if (given.FirstOrDefault(IsDocument) is { } document)
                throw new MezzotintException($"'{document}' holds scores and others are models; compare scores with scores, or models with models.");
            (string page, string picture) = Outputs(parsed.GetValue(output));
            using Device computer = DeviceChoice.Open(parsed.GetValue(device), parsed.GetValue(threads));
            ModelLineup lineup = ModelLineup.Load(given, computer);
            using var folders = new OutputFolders();
            folders.Prepare(Path.GetDirectoryName(Path.GetFullPath(page))!, make: true);
            var failed = new List<FailedPicture>();
            ModelComparison comparison = lineup.Kind == LineupKind.Generate
                ? OfSeeds(session, lineup, parsed.GetValue(seeds), parsed.GetValue(name), parsed.GetValue(truncation), parsed.GetValue(inputs), parsed.GetValue(truths))
                : OfInputs(session, lineup, parsed.GetValue(inputs) ?? [], parsed.GetValue(truths) ?? [], lpips.Read(parsed), parsed.GetValue(seeds), LeaveOut);
            if (!parsed.GetValue(blind))
            {
                ComparisonSheet.Draw(
                    comparison, Math.Min(MostRows, parsed.GetValue(rows) ?? DefaultRows), parsed.GetValue(crop) is { } side ? Math.Min(side, LargestCrop) : null)
                    .Save(picture);
            }

            ComparisonPage.Write(comparison, page, parsed.GetValue(blind));
            Report(session, comparison, page, parsed.GetValue(blind) ? null : picture, parsed.GetValue(json), failed);
            return failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;

            bool LeaveOut(ComparisonInput input, Exception exception)
            {
                Fault fault = Fault.Of(exception).About(input.Name);
                if (fault.OfTheMachine) return false;
                fault.Report(session, exception, parsed.GetValue(verbose));
                failed.Add(new FailedPicture(input.File ?? input.Truth!, fault.Sentence));
                return true;
            }
        });
        return command;
    }

    private static Option<string[]> Several(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        AllowMultipleArgumentsPerToken = true,
    };

    private static bool IsDocument(string path) => Path.GetExtension(path).Equals(Document, StringComparison.OrdinalIgnoreCase);

    private static (string Page, string Picture) Outputs(string? output)
    {
        output ??= DefaultName + Page;
        if (Directory.Exists(output) || Path.EndsInDirectorySeparator(output)) output = Path.Combine(output, DefaultName + Page);
        string extension = Path.GetExtension(output).ToLowerInvariant();
        if (extension is not (Page or Picture or "")) throw new MezzotintException($"-o names a page, FILE{Page}, and not '{output}'.");
        string stem = extension.Length == 0 ? output : Path.ChangeExtension(output, null);
        return (stem + Page, stem + Picture);
    }

    private static ModelComparison OfSeeds(
        Session session, ModelLineup lineup, IReadOnlyList<ulong>? seeds, string? name, double? truncation, string[]? inputs, string[]? truths)
    {
        if (inputs is { Length: > 0 } || truths is { Length: > 0 })
            throw new MezzotintException("These models make pictures of seeds; leave out --inputs and --truth, and give --seeds.");
        SampleRequest[] samples =
        [
            .. (seeds ?? [.. Enumerable.Range(0, DefaultSeeds).Select(seed => (ulong)seed)])
                .Select(seed => new SampleRequest(seed) { Class = name, Truncation = truncation }),
        ];
        ModelComparison? comparison = null;
        BatchProgress.Run(session, "Comparing", lineup.Models.Count, progress =>
            comparison = lineup.OfSeeds(samples, new Told(model => progress.Begin(model)), session.Cancellation));
        return comparison!;
    }

    private static ModelComparison OfInputs(
        Session session, ModelLineup lineup, string[] inputs, string[] truths, Lpips? lpips, IReadOnlyList<ulong>? seeds,
        Func<ComparisonInput, Exception, bool> leaveOut)
    {
        if (seeds is not null) throw new MezzotintException("These models are given pictures; leave out --seeds, and give --inputs.");
        if (lpips is not null && truths.Length == 0) throw new MezzotintException("LPIPS compares with a truth; give --truth.");
        ComparisonInput[] all = Inputs(lineup, Files(inputs), Files(truths));
        ModelComparison? comparison = null;
        BatchProgress.Run(session, "Comparing", all.Length, progress =>
            comparison = lineup.OfInputs(all, lpips, new Told(name => progress.Begin(name)), leaveOut, session.Cancellation));
        return comparison!;
    }

    private static List<string> Files(string[] named)
    {
        var files = new List<string>();
        foreach (string path in named.Length == 0 ? [] : Globs.Expand(named))
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }

            IReadOnlyList<string> inside = PhotographFolder.List(path);
            if (inside.Count == 0) throw new MezzotintException($"There is no picture in '{path}'.");
            files.AddRange(inside.Order(NaturalOrder.Instance));
        }

        return files;
    }

    /// <summary>Inputs with their truths: files of the same name but for the ending, and for x4 at an input's end.</summary>
    private static ComparisonInput[] Inputs(ModelLineup lineup, List<string> inputs, List<string> truths)
    {
        if (inputs.Count == 0 && truths.Count > 0 && lineup.Kind == LineupKind.Enlarge && lineup.Scale > 1)
            return [.. truths.Select(truth => new ComparisonInput(Path.GetFileName(truth), null, truth))];
        if (inputs.Count == 0) throw new MezzotintException("These models are given pictures; name some with --inputs.");
        if (truths.Count == 0) return [.. inputs.Select(input => new ComparisonInput(Path.GetFileName(input), input, null))];
        ILookup<string?, string> byName = truths.ToLookup(Path.GetFileNameWithoutExtension);
        string ending = string.Create(CultureInfo.InvariantCulture, $"x{lineup.Scale}");
        return
        [
            .. inputs.Select(input =>
            {
                string stem = Path.GetFileNameWithoutExtension(input);
                string[] found = [.. byName[stem]];
                if (found.Length == 0 && stem.EndsWith(ending, StringComparison.Ordinal)) found = [.. byName[stem[..^ending.Length]]];
                return found.Length switch
                {
                    1 => new ComparisonInput(Path.GetFileName(input), input, found[0]),
                    0 => throw new MezzotintException($"'{input}' has no truth: a file of the same name is needed among --truth."),
                    _ => throw new MezzotintException($"'{input}' has several truths: '{found[0]}' and '{found[1]}'; leave one."),
                };
            }),
        ];
    }

    private static void Report(Session session, ModelComparison comparison, string page, string? picture, bool json, List<FailedPicture> failed)
    {
        if (json)
        {
            Json.Write(session.Output, new CompareDocument(
                page, picture, comparison.Rows.Count, [.. comparison.Models.Select(model => new ComparedModelDocument(model.Name, model.Weights))],
                [
                    .. comparison.Scores.Select((score, i) => new ComparedScoreDocument(
                        score.Name, score.HigherIsBetter, score.Protocol, [.. comparison.Models.Select((_, model) => comparison.Mean(model, i))])),
                ],
                failed));
            return;
        }

        if (comparison.Scores.Count > 0)
        {
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumn($"mean of {comparison.Rows.Count}");
            foreach (ComparedScore score in comparison.Scores) table.AddColumn(new TableColumn(score.Name).RightAligned());
            for (int model = 0; model < comparison.Models.Count; model++)
                table.AddRow(
                    [Markup.Escape(comparison.Models[model].Name), .. comparison.Scores.Select((_, i) => CompareScores.Number(comparison.Mean(model, i)))]);
            session.Write(table);
            foreach (string protocol in comparison.Scores.Select(score => score.Protocol).Distinct()) session.Output.WriteLine(protocol);
        }

        if (picture is not null) session.Output.WriteLine(picture);
        session.Output.WriteLine(page);
    }

    /// <summary>Progress told at once, on the thread that makes it.</summary>
    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
