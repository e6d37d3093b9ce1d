using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Mezzotint.Bench;

/// <summary>Writes measurements as Markdown tables between two marks of a page, and leaves the rest of the page as it is.</summary>
internal static class Report
{
    private const string Begin = "<!-- What follows is written by bench/run. -->";
    private const string End = "<!-- What precedes is written by bench/run. -->";

    /// <summary>The page with its measured part replaced, or added at the end where it has none.</summary>
    public static string Renew(string page, string measured)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        string part = $"{Begin}\n\n{measured}\n{End}";
        return begin < 0 || end < begin ? $"{page.TrimEnd()}\n\n{part}\n".TrimStart() : page[..begin] + part + page[(end + End.Length)..];
    }

    /// <summary>The tables, one a section, under a line about the machine.</summary>
    public static string Tables(IReadOnlyList<Measurement> measurements, string? peer, int rounds)
    {
        var text = new StringBuilder();
        string runtime = $"{Machine()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        text.Append(CultureInfo.InvariantCulture, $"Measured on {DateTime.UtcNow:yyyy-MM-dd} on {runtime}, beside {peer ?? "no peer"}: ");
        text.Append(CultureInfo.InvariantCulture, $"medians of {rounds} rounds, lowest and highest in brackets.\n");
        foreach (var section in measurements.GroupBy(m => m.Work.Section)) Table(text, section.Key, [.. section]);
        return text.ToString();
    }

    /// <summary>One measurement as a line for the terminal.</summary>
    public static string Line(Measurement m) =>
        $"{m.Work.Name}, {Threads(m)}: {Time(m.Ours)} ms" +
        (m.Work.Operations > 0 ? $", {Rate(m)} GFLOP/s, {Percent(m)} of peak" : "") +
        (m.Theirs is { } theirs ? $"; PyTorch {Time(theirs)}{Variant(m)}, ratio {m.Ratio!.Value.Median:0.00}" : "");

    private static void Table(StringBuilder text, string section, IReadOnlyList<Measurement> rows)
    {
        bool peer = rows.Any(m => m.Theirs is not null);
        List<(string Heading, bool Right, Func<Measurement, string> Cell)> columns =
        [
            ("Work", false, m => m.Work.Title),
            ("Threads", true, m => $"{m.Threads}"),
            ("Mezzotint, ms", true, m => Time(m.Ours)),
        ];
        if (rows.Any(m => m.Work.Operations > 0))
        {
            columns.Add(("GFLOP/s", true, Rate));
            columns.Add(("of FMA peak", true, Percent));
        }

        if (peer)
        {
            columns.Add(("PyTorch, ms", true, m => m.Theirs is { } theirs ? Time(theirs) : ""));
            columns.Add(("its best form", false, m => m.Variant ?? ""));
            columns.Add(("PyTorch's time / ours", true, m => m.Ratio is { } r ? $"**{r.Median:0.00}** ({r.Min:0.00}–{r.Max:0.00})" : ""));
        }

        if (rows.Any(m => m.OurMemory is not null))
        {
            columns.Add(("arena, MiB", true, m => Mebibytes(m.Arena)));
            columns.Add(("peak memory, MiB", true, m => Mebibytes(m.OurMemory)));
            if (peer) columns.Add(("PyTorch's, MiB", true, m => Mebibytes(m.TheirMemory)));
        }

        text.Append(CultureInfo.InvariantCulture, $"\n### {section}\n\n");
        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Row(columns.Select(column => column.Heading));
        Row(columns.Select(column => column.Right ? "--:" : "---"));
        foreach (Measurement row in rows) Row(columns.Select(column => column.Cell(row)));
    }

    private static string Threads(Measurement m) => m.Threads == 1 ? "1 thread" : $"{m.Threads} threads";

    private static string Time(Distribution seconds) =>
        $"{Three(seconds.Median * 1e3)} ({Three(seconds.Min * 1e3)}–{Three(seconds.Max * 1e3)})";

    private static string Rate(Measurement m) => m.Work.Operations > 0 ? $"{m.Work.Operations / m.Ours.Median / 1e9:0}" : "";

    private static string Percent(Measurement m) => m.Work.Operations > 0 ? $"{m.OfPeak.Median:0%}" : "";

    private static string Variant(Measurement m) => m.Variant is { Length: > 0 } name ? $" ({name})" : "";

    private static string Mebibytes(long? bytes) => bytes is { } b ? $"{b / 1048576.0:0}" : "";

    // Three significant digits.
    private static string Three(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    private static string Machine()
    {
        IEnumerable<string> lines = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [];
        string? model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        string cpu = model?.Split(':', 2)[1].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
        return $"{cpu} ({Environment.ProcessorCount} logical processors)";
    }
}
