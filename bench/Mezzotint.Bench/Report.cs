using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mezzotint.Bench.Work;

namespace Mezzotint.Bench;

/// <summary>Writes measurements as Markdown tables between two marks of a page, and leaves the rest of the page as it is.</summary>
internal static class Report
{
    private const string Begin = "<!-- What follows is written by bench/run. -->";
    private const string End = "<!-- What precedes is written by bench/run. -->";
    private const string OnnxRuntime = PeerKind.NameOfOnnxRuntime;
    private const string PyTorch = PeerKind.NameOfPyTorch;

    /// <summary>The page with its measured part replaced, or added at the end where it has none.</summary>
    public static string Renew(string page, string measured)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        string part = $"{Begin}\n\n{measured}\n{End}";
        return begin < 0 || end < begin ? $"{page.TrimEnd()}\n\n{part}\n".TrimStart() : page[..begin] + part + page[(end + End.Length)..];
    }

    /// <summary>Replaces the measured part of a page's file, whole or not at all.</summary>
    public static void Renew(FileInfo page, string measured)
    {
        string renewed = Renew(File.Exists(page.FullName) ? File.ReadAllText(page.FullName) : "", measured), beside = page.FullName + ".new";
        File.WriteAllText(beside, renewed);
        File.Move(beside, page.FullName, overwrite: true);
    }

    /// <summary>The tables under a line about the machine: first what was aimed at, then one a section.</summary>
    /// <param name="measurements">What was measured.</param>
    /// <param name="present">The peers, with their versions.</param>
    /// <param name="absent">What the peers need that were not there.</param>
    /// <param name="leftOut">The workloads for which there was no time.</param>
    /// <param name="rounds">Rounds of each.</param>
    public static string Tables(
        IReadOnlyList<Measurement> measurements, IReadOnlyCollection<string> present, IReadOnlyCollection<string> absent,
        IReadOnlyCollection<string> leftOut, int rounds)
    {
        var text = new StringBuilder();
        string runtime = $"{Machine()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        string peers = present.Count == 0 ? "no peer" : string.Join(" and ", present);
        text.Append(CultureInfo.InvariantCulture, $"Measured on {DateTime.UtcNow:yyyy-MM-dd} on {runtime}, beside {peers}: ");
        text.Append(CultureInfo.InvariantCulture, $"medians of {rounds} rounds, lowest and highest in brackets. ");
        string peaks = string.Join(", ", measurements.GroupBy(m => m.Threads).OrderBy(group => group.Key).Select(group =>
            $"{Distribution.Of(group.Select(m => m.PeakRate.Median)).Median / 1e9:0} GFLOP/s on {Threads(group.First())}"));
        text.Append(CultureInfo.InvariantCulture, $"The loop of fused multiply-adds ran at {peaks}.\n");
        foreach (string line in absent) text.Append(CultureInfo.InvariantCulture, $"\n{line}\n");
        if (leftOut.Count > 0) text.Append(CultureInfo.InvariantCulture, $"\nNot measured, for lack of time: {string.Join("; ", leftOut)}.\n");
        if (measurements.Any(m => m.Work.Aim != default)) Aims(text, measurements);
        foreach (var section in measurements.GroupBy(m => m.Work.Section)) Section(text, section.Key, [.. section]);
        return text.ToString();
    }

    /// <summary>One measurement as a line for the terminal.</summary>
    public static string Line(Measurement m) =>
        $"{m.Work.Name}, {Threads(m)}: {Time(m.Ours)} ms" +
        (m.Work.Operations > 0 ? $", {Rate(m)} GFLOP/s, {Percent(m)} of peak" : "") +
        string.Concat(m.Others.Select(other =>
            $"; {other.Name} {Time(other.Seconds)}{(other.Variant.Length > 0 ? $" ({other.Variant})" : "")}, ours over it {other.Ratio.Median:0.00}"));

    private static void Aims(StringBuilder text, IReadOnlyList<Measurement> measurements)
    {
        text.Append("\n### Against the aims\n\nOur time over theirs: below 1 we are faster. A dash: that peer does not do such work, or was not there.\n\n");
        var rows = new List<string[]>();
        foreach (Measurement m in measurements.Where(m => m.Work.Aim != default))
            rows.Add([m.Work.Title, $"{m.Threads}", .. Against(m.RatioTo(OnnxRuntime)?.Median, m.Work.Aim.OnnxRuntime),
                .. Against(m.RatioTo(PyTorch)?.Median, m.Work.Aim.PyTorch)]);
        foreach (string section in Convolution.Sections)
            foreach (var group in measurements.Where(m => m.Work.Section == section).GroupBy(m => m.Threads))
                rows.Add([$"{section}, geometric mean of {group.Count()} layers", $"{group.Key}", .. Against(Mean(group, OnnxRuntime), 0.5),
                    .. Against(Mean(group, PyTorch), 0.5)]);
        Table(text, ["Work", "Threads", "ONNX Runtime", "aim", "PyTorch", "aim"], 1, rows);

        string[] above = [.. measurements
            .Where(m => Convolution.Sections.Contains(m.Work.Section))
            .SelectMany(m => m.Others.Where(other => other.Ratio.Median > 1)
                .Select(other => $"{m.Work.Name}, {Threads(m)}, {other.Ratio.Median:0.00} of {other.Name}'s"))];
        text.Append(above.Length == 0 ? "\nNo convolution takes longer than a peer's.\n" : $"\nConvolutions that take longer than a peer's: {string.Join("; ", above)}.\n");
    }

    private static string[] Against(double? ratio, double? aim) =>
        [ratio is { } r ? (aim is { } least && r <= least ? $"**{r:0.00}**" : $"{r:0.00}") : "–", aim is { } a ? $"{a:0.0#}" : "–"];

    private static double? Mean(IEnumerable<Measurement> rows, string peer)
    {
        double[] logarithms = [.. rows.Select(m => m.RatioTo(peer)).OfType<Distribution>().Select(ratio => Math.Log(ratio.Median))];
        return logarithms.Length == 0 ? null : Math.Exp(logarithms.Average());
    }

    private static void Section(StringBuilder text, string section, IReadOnlyList<Measurement> rows)
    {
        List<(string Heading, Func<Measurement, string> Cell)> columns =
        [
            ("Work", m => m.Work.Title),
            ("Threads", m => $"{m.Threads}"),
            ("Mezzotint, ms", m => Time(m.Ours)),
        ];
        string[] others = [.. rows.SelectMany(m => m.Others).Select(other => other.Name).Distinct()];
        foreach (string name in others) columns.Add(($"{name}, ms", m => Of(m, name) is { } other ? Time(other.Seconds) + Variant(other) : "–"));
        foreach (string name in others) columns.Add(($"ours / {name}", m => m.RatioTo(name) is { } r ? $"**{r.Median:0.00}** ({r.Min:0.00}–{r.Max:0.00})" : "–"));
        if (rows.Any(m => m.Work.Operations > 0))
        {
            columns.Add(("GFLOP/s", Rate));
            columns.Add(("of FMA peak", Percent));
        }

        if (rows.Any(m => m.Memory is not null))
        {
            columns.Add(("arena, MiB", m => Mebibytes(m.Arena)));
            columns.Add(("peak memory, MiB", m => Mebibytes(m.Memory)));
            foreach (string name in others) columns.Add(($"{name}'s, MiB", m => Mebibytes(Of(m, name)?.Memory)));
        }

        text.Append(CultureInfo.InvariantCulture, $"\n### {section}\n\n");
        Table(text, [.. columns.Select(column => column.Heading)], 1, rows.Select(row => columns.Select(column => column.Cell(row)).ToArray()));
    }

    /// <summary>A table of which the first columns are text and the rest figures.</summary>
    private static void Table(StringBuilder text, string[] headings, int textColumns, IEnumerable<string[]> rows)
    {
        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Row(headings);
        Row(headings.Select((_, i) => i < textColumns ? "---" : "--:"));
        foreach (string[] row in rows) Row(row);
    }

    private static OtherMeasurement? Of(Measurement m, string name) => m.Others.FirstOrDefault(other => other.Name == name);

    private static string Threads(Measurement m) => m.Threads == 1 ? "1 thread" : $"{m.Threads} threads";

    private static string Time(Distribution seconds) =>
        $"{Three(seconds.Median * 1e3)} ({Three(seconds.Min * 1e3)}–{Three(seconds.Max * 1e3)})";

    private static string Rate(Measurement m) => m.Work.Operations > 0 ? $"{m.Work.Operations / m.Ours.Median / 1e9:0}" : "";

    private static string Percent(Measurement m) => m.Work.Operations > 0 ? $"{m.OfPeak.Median:0%}" : "";

    private static string Variant(OtherMeasurement other) => other.Variant.Length == 0 ? "" : $", {other.Variant}";

    private static string Mebibytes(long? bytes) => bytes is { } b ? $"{b / 1048576.0:0}" : "–";

    // Three significant digits.
    private static string Three(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : value >= 0.1 ? "0.000" : "0.0000", CultureInfo.InvariantCulture);

    private static string Machine()
    {
        IEnumerable<string> lines = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [];
        string? model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        string cpu = model?.Split(':', 2)[1].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
        return $"{cpu} ({Environment.ProcessorCount} logical processors)";
    }
}
