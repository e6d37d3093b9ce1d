using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Mezzotint.Imaging;
using Mezzotint.Recipes;
using Mezzotint.Reports;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>
/// A run as a page for people: what has gone wrong, curves, samples over time, the recipe, and how to use the model. One HTML file that
/// holds its pictures, needs no network and no script, and is printed as light or dark as its reader likes.
/// </summary>
public sealed record RunReport
{
    private const int MostSamples = 12;
    private const int LargestFile = 600_000, LargestLatest = 3_000_000, ReducedWidth = 640, ReducedLatest = 1_600;
    private const int SmallWidth = 320;
    private const int PngWidth = 16, PngHeight = 20, PngHeader = 24;
    private const string ScorePrefix = "validation_", SecondsKey = "seconds", SkippedKey = "skipped_batches";

    private static readonly HashSet<string> Initials = ["psnr", "ssim", "elbo", "kl", "fid", "l1", "l2", "mse"];

    private RunReport(string run) => Run = run;

    /// <summary>The run's folder.</summary>
    public string Run { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Steps in all; 0 where that is not known.</summary>
    public long Steps { get; init; }

    /// <summary>Seconds trained, over all sittings.</summary>
    public double Seconds { get; init; }

    /// <summary>Samples that a step draws.</summary>
    public long SamplesPerStep { get; init; }

    /// <summary>What the data were.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>The command that puts the model to use; null for none.</summary>
    public string? Use { get; init; }

    /// <summary>A run's report, with what its newest checkpoint says.</summary>
    /// <param name="run">The run's folder, which may be in use.</param>
    /// <exception cref="CheckpointException">There is no run.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static RunReport Of(string run)
    {
        if (!RunDirectory.Exists(run)) throw new CheckpointException($"'{run}' holds no run: there is no recipe.yaml in it.");
        var checkpoints = new CheckpointFolder(RunDirectory.CheckpointsOf(run));
        TrainingState? state = null;
        foreach (long step in checkpoints.Steps().Reverse())
        {
            try
            {
                state = Checkpoint.LoadState(checkpoints.PathOf(step));
                break;
            }
            catch (CheckpointException)
            {
                // An older one says nearly as much; and a training that goes on may have removed this one by now.
            }
        }

        long steps = long.TryParse(Key(run, "steps"), NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) ? wanted : 0;
        if (state is null) return new RunReport(run) { Steps = steps };

        // A training that goes on is past its newest checkpoint.
        MetricsLine? last = MetricsLine.Read(RunDirectory.MetricsOf(run)).LastOrDefault(line => line.Step > state.Step);
        double seconds = last?.Values.FirstOrDefault(entry => entry.Key == SecondsKey).Value ?? state.ElapsedSeconds;
        return new RunReport(run)
        {
            Step = last?.Step ?? state.Step,
            Steps = steps,
            Seconds = seconds,
            SamplesPerStep = state.SampleCursor / Math.Max(1, state.Step + state.SkippedBatches),
            DataFingerprint = state.DataFingerprint,
        };
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">The HTML file.</param>
    /// <exception cref="StorageException">The run cannot be read or the page not be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, Html());

    /// <summary>The page.</summary>
    /// <exception cref="StorageException">The run cannot be read.</exception>
    public string Html()
    {
        IReadOnlyList<MetricsLine> lines = MetricsLine.Read(RunDirectory.MetricsOf(Run));
        string name = Key(Run, "name") ?? Path.GetFileName(Path.GetFullPath(Run));
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Text(name)}: step {Step:N0}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{Text(name)}</h1>

            """);
        Facts(page, lines);
        Warnings(page, lines);
        Samples(page);
        Curves(page, lines);
        Recipe(page);
        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string? Key(string run, string key)
    {
        try
        {
            return RecipeFile.Peek(RunDirectory.RecipeOf(run), key);
        }
        catch (RecipeException)
        {
            return null;
        }
    }

    private static string Label(string name)
    {
        string words = string.Join(' ', name.Split('_').Select(word => Initials.Contains(word) ? word.ToUpperInvariant() : word));
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Time(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        return time switch
        {
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
            { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
            { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes:00} min",
            _ => $"{time.Days} d {time.Hours} h",
        };
    }

    private static (double X, double Y) BestOf(IReadOnlyList<MetricsLine> lines, string score)
    {
        IEnumerable<(double X, double Y)> points = Points(lines, score).Where(point => double.IsFinite(point.Y));
        return TrainingHealth.IsDistance(score) ? points.MinBy(point => point.Y) : points.MaxBy(point => point.Y);
    }

    private static IEnumerable<(double X, double Y)> Points(IReadOnlyList<MetricsLine> lines, string name) =>
        from line in lines from entry in line.Values where entry.Key == name select ((double)line.Step, entry.Value);

    private static bool IsScore(string name) => name.StartsWith(ScorePrefix, StringComparison.Ordinal);

    private void Facts(StringBuilder page, IReadOnlyList<MetricsLine> lines)
    {
        var facts = new List<(string What, string Value)>
        {
            ("Family", Key(Run, "family") ?? ""),
            ("Steps", string.Create(CultureInfo.InvariantCulture, $"{Step:N0}{(Steps > 0 ? $" of {Steps:N0}" : "")}")),
            ("Trained for", Time(Seconds)),
        };
        if (Seconds > 0 && Step > 0)
            facts.Add(("Speed, all in all", string.Create(CultureInfo.InvariantCulture, $"{Step * SamplesPerStep / Seconds:#,0.#} images/s")));
        foreach (string score in lines.SelectMany(line => line.Values).Select(entry => entry.Key).Where(IsScore).Distinct())
        {
            (double step, double best) = BestOf(lines, score);
            facts.Add(($"Best {Label(score[ScorePrefix.Length..])}", string.Create(CultureInfo.InvariantCulture, $"{ChartAxis.Text(best)} at step {step:N0}")));
        }

        page.Append("<dl>\n");
        foreach ((string what, string value) in facts.Where(fact => fact.Value.Length > 0))
            page.Append(CultureInfo.InvariantCulture, $"<div><dt>{Text(what)}</dt><dd>{Text(value)}</dd></div>\n");
        page.Append("</dl>\n");
    }

    private static void Warnings(StringBuilder page, IReadOnlyList<MetricsLine> lines)
    {
        var notes = lines.SelectMany(line => line.Warnings.Select(warning => (line.Step, Sentence: warning))).ToList();
        double skipped = 0;
        foreach (MetricsLine line in lines)
        {
            double now = line.Values.FirstOrDefault(entry => entry.Key == SkippedKey).Value;
            if (now > skipped)
            {
                notes.Add((line.Step, string.Create(CultureInfo.InvariantCulture,
                    $"Numbers were not finite: {now - skipped:0} batches were left out, and the training went on from the last good state.")));
            }

            skipped = Math.Max(skipped, now);
        }

        if (notes.Count == 0) return;
        page.Append("<section class=\"warnings\" aria-label=\"Warnings\">\n<h2>Warnings</h2>\n<ul>\n");
        foreach ((long step, string sentence) in notes.OrderBy(note => note.Step))
            page.Append(CultureInfo.InvariantCulture, $"<li><b>Step {step:N0}.</b> {Text(sentence)}</li>\n");
        page.Append("</ul>\n</section>\n");
    }

    private void Samples(StringBuilder page)
    {
        (long Step, string Path)[] all =
        [
            .. Reading(RunDirectory.SamplesOf(Run), path => Directory.Exists(path) ? Directory.GetFiles(path, "step-*.png") : [])
                .Select(path => (Step: long.TryParse(Path.GetFileNameWithoutExtension(path)["step-".Length..], NumberStyles.None, CultureInfo.InvariantCulture,
                    out long step) ? step : -1, Path: path))
                .Where(sample => sample.Step >= 0 && (Step == 0 || sample.Step <= Step)).OrderBy(sample => sample.Step),
        ];
        if (all.Length == 0) return;
        int count = Math.Min(MostSamples, all.Length);
        var chosen = Enumerable.Range(0, count).Select(i => all[count == 1 ? 0 : (int)((long)i * (all.Length - 1) / (count - 1))]).ToList();
        page.Append("<section>\n<h2>Samples</h2>\n");
        Figure(page, chosen[^1], "latest", LargestLatest, ReducedLatest);
        if (count > 1)
        {
            page.Append("<div class=\"samples\">\n");
            foreach ((long, string) sample in chosen.SkipLast(1)) Figure(page, sample, "earlier", LargestFile, ReducedWidth);
            page.Append("</div>\n");
        }

        page.Append("</section>\n");
    }

    private static void Figure(StringBuilder page, (long Step, string Path) sample, string kind, int largest, int reducedWidth)
    {
        byte[] png = ReadPicture(sample.Path, largest, reducedWidth);
        if (png.Length < PngHeader) return;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngWidth)), height = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngHeight));
        if (width < SmallWidth) (width, height) = (width * 2, height * 2);
        page.Append(CultureInfo.InvariantCulture, $"<figure class=\"{kind}\"><img width=\"{width}\" height=\"{height}\" alt=\"Samples at step {sample.Step}\"");
        page.Append(CultureInfo.InvariantCulture, $" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>Step {sample.Step:N0}</figcaption></figure>\n");
    }

    /// <summary>A sample's file, or a smaller one where it is large.</summary>
    private static byte[] ReadPicture(string path, int largest, int reducedWidth)
    {
        byte[] png = Reading(path, File.ReadAllBytes);
        if (png.Length <= largest) return png;
        Picture picture = Picture.Load(png);
        if (picture.Width <= reducedWidth) return png;
        using var smaller = new MemoryStream();
        picture.Resize(reducedWidth, Math.Max(1, (int)((long)picture.Height * reducedWidth / picture.Width))).Save(smaller, PictureFormat.Png);
        return smaller.ToArray();
    }

    private void Curves(StringBuilder page, IReadOnlyList<MetricsLine> lines)
    {
        string[] names = [.. lines.SelectMany(line => line.Values).Select(entry => entry.Key).Distinct().Where(name => name != SecondsKey)];
        IEnumerable<Chart> charts = names.GroupBy(Group).Select(group => new Chart(Label(group.Key.What),
        [
            .. group.Select(name => new ChartSeries(group.Key.OfBoth ? Player(name) : "", [.. Points(lines, name)])),
        ])
        {
            Best = IsScore(group.Key.What) ? BestOf(lines, group.Key.What) : null,
        });
        charts = charts.Where(chart => chart.Series.Any(series => series.Points.Count > 0));
        var speed = new ChartSeries("", [.. Speed(lines)]);
        if (speed.Points.Count > 1) charts = charts.Append(new Chart("Images per second", [speed]));
        Chart[] drawn = [.. charts];
        if (drawn.Length == 0) return;
        page.Append("<section>\n<h2>Curves</h2>\n<div class=\"charts\">\n");
        foreach (Chart chart in drawn) page.Append(chart.Html());
        page.Append("</div>\n</section>\n");

        // The two players' numbers of a kind belong beside one another.
        (string What, bool OfBoth) Group(string name) =>
            name is [('d' or 'g'), '_', .. var rest] && names.Contains($"d_{rest}") && names.Contains($"g_{rest}") ? (rest, true) : (name, false);

        static string Player(string name) => name[0] == 'd' ? "discriminator" : "generator";
    }

    private IEnumerable<(double X, double Y)> Speed(IReadOnlyList<MetricsLine> lines)
    {
        (double X, double Y)[] seconds = [.. Points(lines, SecondsKey)];
        for (int i = 1; i < seconds.Length; i++)
        {
            double passed = seconds[i].Y - seconds[i - 1].Y;
            if (passed > 0) yield return (seconds[i].X, (seconds[i].X - seconds[i - 1].X) * SamplesPerStep / passed);
        }
    }

    private void Recipe(StringBuilder page)
    {
        string recipe = Reading(RunDirectory.RecipeOf(Run), File.ReadAllText);
        page.Append("<section>\n<h2>Use</h2>\n");
        string quoted = Run.Contains(' ', StringComparison.Ordinal) ? $"'{Run}'" : Run;
        if (Use is not null) page.Append(CultureInfo.InvariantCulture, $"<pre>{Text(Use)}</pre>\n");
        if (Steps == 0 || Step < Steps) page.Append(CultureInfo.InvariantCulture, $"<p>To go on with the training:</p>\n<pre>mezzo resume {Text(quoted)}</pre>\n");
        page.Append(CultureInfo.InvariantCulture, $"</section>\n<section>\n<h2>Recipe</h2>\n<pre>{Text(recipe)}</pre>\n");
        if (DataFingerprint.Length > 0) page.Append(CultureInfo.InvariantCulture, $"<p>Fingerprint of the data: <code>{Text(DataFingerprint)}</code></p>\n");
        page.Append("</section>\n");
    }

    private static T Reading<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot read '{path}': {Disk.Reason(fault)}.", fault);
        }
    }

    private const string Style = """

        :root { color-scheme: light dark; --page: #fbfbfa; --ink: #1d2126; --soft: #5c656f; --rule: #dfe2e5; --panel: #fff;
          --s0: #1f6fb4; --s1: #c2591c; --s2: #2f8554; --s3: #8a4fa3; --warn: #fff4d6; --warnrule: #d9a300; }
        @media (prefers-color-scheme: dark) { :root { --page: #15181b; --ink: #e6e8ea; --soft: #9aa4ae; --rule: #30363c; --panel: #1c2024;
          --s0: #69b1f0; --s1: #f09a5f; --s2: #6cc48f; --s3: #c792dd; --warn: #33290f; --warnrule: #d9a300; } }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 64px; }
        h1 { font-size: 1.7rem; margin: 0 0 12px; } h2 { font-size: 1.15rem; margin: 36px 0 12px; }
        dl { display: flex; flex-wrap: wrap; gap: 10px; margin: 0; }
        dl div { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 8px 14px; }
        dt { color: var(--soft); font-size: .82rem; } dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
        .warnings { background: var(--warn); border-left: 4px solid var(--warnrule); padding: 2px 18px 6px; margin-top: 24px; }
        .warnings h2 { margin: 10px 0 0; } ul { padding-left: 20px; }
        figure { margin: 0; } figcaption { color: var(--soft); font-size: .88rem; }
        img { max-width: 100%; height: auto; border: 1px solid var(--rule); image-rendering: pixelated; }
        .samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px; margin-top: 16px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; }
        .charts figure { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 10px 12px 4px; }
        .charts strong { color: var(--ink); margin-right: 8px; }
        .key { white-space: nowrap; margin-right: 8px; }
        .key::before { content: ""; display: inline-block; width: 14px; height: 3px; margin: 0 5px 3px 0; background: var(--c); }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
        svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
        .grid { stroke: var(--rule); fill: none; } .axis { stroke: var(--soft); fill: none; }
        .raw { stroke: var(--c); fill: none; stroke-width: 1; opacity: .35; } .line { stroke: var(--c); fill: none; stroke-width: 2; stroke-linejoin: round; }
        circle.dot { fill: var(--c); } circle.best { fill: none; stroke: var(--ink); stroke-width: 2; } svg text.best { fill: var(--ink); font-weight: 600; }
        pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 12px 14px; overflow-x: auto; font-size: .88rem; }

        """;
}
