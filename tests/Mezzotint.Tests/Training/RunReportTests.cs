using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mezzotint.Imaging;
using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

/// <summary>What the page of a run holds.</summary>
public sealed class RunReportTests(TinyTraining training) : IClassFixture<TinyTraining>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_leaves_a_page_that_needs_nothing_else()
    {
        string page = File.ReadAllText(Path.Combine(training.Undisturbed, "report.html"));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        foreach (int step in (int[])[5, 10, 11])
        {
            string picture = Convert.ToBase64String(File.ReadAllBytes(Path.Combine(training.Undisturbed, $"samples/step-{step:00000000}.png")));
            Assert.Contains($"alt=\"Samples at step {step}\" src=\"data:image/png;base64,{picture}\"", page, StringComparison.Ordinal);
        }

        Assert.Equal(["Loss", "Gradient norm", "Validation PSNR y"], Charts(page).Take(3).Select(chart => Title(chart).Replace(" over steps", "", StringComparison.Ordinal)));
        Assert.Contains("name: tiny", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Steps</dt><dd>11 of 11</dd>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_show_every_number_with_the_best_score_marked_and_decades_on_a_logarithmic_axis()
    {
        MakeRun(Enumerable.Range(1, 50).Select(i => (
            (long)i * 10, new[] { ("d_loss", 0.5 + 0.01 * i), ("g_loss", 2 - 0.01 * i), ("loss", Math.Pow(10, -i / 10.0)), ("validation_psnr", 20 - Math.Abs(i - 30) / 10.0) })));
        string page = RunReport.Of(Run).Html();
        XElement[] charts = [.. Charts(page)];
        Assert.Equal(["Loss over steps", "Loss over steps", "Validation PSNR over steps"], charts.Select(Title).Where(title => !title.Contains("second", StringComparison.Ordinal)));
        Assert.Equal(2, charts[0].Elements().Count(element => Class(element).StartsWith("raw", StringComparison.Ordinal))); // the two players' together
        Assert.Contains("The vertical axis is logarithmic.", charts[1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("logarithmic", charts[2].ToString(), StringComparison.Ordinal);
        Assert.Contains("20 at step 300", page, StringComparison.Ordinal);

        // Equal ratios have equal lengths: the curve of powers is a straight line from corner to corner.
        (double X, double Y)[] line = Points(charts[1].Elements().Single(element => Class(element).StartsWith("raw", StringComparison.Ordinal)));
        Assert.Equal(50, line.Length);
        double slope = (line[^1].Y - line[0].Y) / (line[^1].X - line[0].X);
        Assert.All(line, point => Assert.Equal(line[0].Y + slope * (point.X - line[0].X), point.Y, 0.2));
        Assert.True(slope > 0); // downwards, as y grows downwards
        XElement best = charts[2].Elements().Single(element => element.Name.LocalName == "circle");
        Assert.Equal(line[29].X, Number(best, "cx"), 0.1);
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0, 1.0 + 2e-16)]
    [InlineData(-3e-300, 4e-300)]
    [InlineData(-1e300, 1e300)]
    [InlineData(1e-38, 1e38)]
    [InlineData(double.NaN, 1.0)]
    public void A_curve_of_any_numbers_has_a_few_ticks(double first, double second)
    {
        MakeRun([(1, [("loss", first)]), (2, [("loss", second)])]);
        XElement chart = Charts(RunReport.Of(Run).Html()).First();
        Assert.InRange(chart.Elements().Count(element => element.Name.LocalName == "text" && element.Attribute("text-anchor")?.Value == "end"), 1, 16);
        Assert.All(chart.Descendants().Attributes("d"), path => Assert.Matches("^M[-0-9. MLHV]*$", path.Value));
    }

    [Fact]
    public void Warnings_stand_with_their_steps_and_text_of_others_is_no_markup()
    {
        MakeRun([(10, [("loss", 1.0)])], ["it <b>diverges</b> & ends"], "name: '<script>alert(1)</script>'\n");
        string page = RunReport.Of(Run).Html();
        Assert.Contains("<b>Step 10.</b> it &lt;b&gt;diverges&lt;/b&gt; &amp; ends", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_samples_twelve_are_shown_from_the_first_to_the_last_and_large_ones_smaller()
    {
        MakeRun([(4000, [("loss", 1.0)])]);
        var noise = new Random(1);
        var pixels = new byte[900 * 600 * 3];
        noise.NextBytes(pixels);
        Picture.FromSamples(pixels, 900, 600, 3).Save(_folder["run/samples/step-00000000.png"]);
        for (int step = 100; step <= 4000; step += 100)
            Picture.FromSamples(new byte[12], 2, 2, 3).Save(_folder[$"run/samples/step-{step:00000000}.png"]);
        string page = RunReport.Of(Run).Html();
        int[] shown = [.. Regex.Matches(page, "alt=\"Samples at step ([0-9]+)\"").Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(12, shown.Length);
        Assert.Equal(4000, shown[0]);
        Assert.Equal(0, shown[1]);
        Assert.Contains("width=\"640\" height=\"426\" alt=\"Samples at step 0\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_run_has_no_report() =>
        Assert.Contains("holds no run", Assert.Throws<CheckpointException>(() => RunReport.Of(_folder["none"])).Message, StringComparison.Ordinal);

    private void MakeRun(IEnumerable<(long Step, (string, double)[] Values)> lines, string[]? warnings = null, string recipe = "name: made\n")
    {
        using RunDirectory run = RunDirectory.Create(Run, recipe);
        foreach ((long step, (string Name, double Value)[] values) in lines)
            run.Append(step, [.. values.Select(value => KeyValuePair.Create(value.Name, value.Value)), new("seconds", step)], warnings);
    }

    private static IEnumerable<XElement> Charts(string page) =>
        Regex.Matches(page, "<svg.*?</svg>", RegexOptions.Singleline).Select(match => XElement.Parse(match.Value));

    private static string Title(XElement chart) => chart.Element("title")!.Value;

    private static string Class(XElement element) => element.Attribute("class")?.Value ?? "";

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static (double X, double Y)[] Points(XElement path) =>
    [
        .. path.Attribute("d")!.Value.Split('M', 'L').Skip(1).Select(pair => pair.Split(' '))
            .Select(pair => (double.Parse(pair[0], CultureInfo.InvariantCulture), double.Parse(pair[1], CultureInfo.InvariantCulture))),
    ];
}
