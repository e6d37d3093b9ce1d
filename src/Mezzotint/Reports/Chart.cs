using System.Globalization;
using System.Net;
using System.Text;

namespace Mezzotint.Reports;

/// <summary>Curves over steps as an SVG picture within a page: each as it is and, over it, smoothed. Its colours are the page's.</summary>
/// <param name="Title">What is drawn.</param>
/// <param name="Series">The curves, one or more, at least one with points.</param>
internal sealed record Chart(string Title, IReadOnlyList<ChartSeries> Series)
{
    private const int Width = 640, Height = 250, Left = 62, Right = 26, Top = 14, Bottom = 28;
    private const int MostPoints = 600;
    private const int FewestSmoothed = 20, SmoothedShare = 25, WidestSmoothing = 201;

    /// <summary>A point that is marked: where the best was.</summary>
    public (double X, double Y)? Best { get; init; }

    /// <summary>The figure: its legend, and the picture.</summary>
    public string Html()
    {
        var svg = new StringBuilder();
        IEnumerable<(double X, double Y)> points = Series.SelectMany(series => series.Points);
        ChartAxis across = ChartAxis.Across(points.Select(point => point.X), Left, Width - Right);
        ChartAxis along = ChartAxis.Along(points.Select(point => point.Y), Height - Bottom, Top);
        string id = "chart-" + string.Concat(Title.Where(char.IsAsciiLetterOrDigit));
        Line(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">");
        Line(svg, $"<title id=\"{id}-t\">{Text(Title)} over steps</title><desc id=\"{id}-d\">{Text(Description(along))}</desc>");
        Grid(svg, across, along);
        for (int i = 0; i < Series.Count; i++) Curve(svg, Series[i].Points, i, across, along);
        if (Best is { } best)
        {
            double x = across.At(best.X), y = along.At(best.Y);
            bool isLeft = x > (Width + Left) / 2.0;
            Line(svg, $"<circle class=\"best\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"5\"/>");
            (double textX, double textY) = (isLeft ? x - 9 : x + 9, y > Height / 2.0 ? y - 9 : y + 16);
            string anchor = isLeft ? "end" : "start";
            Line(svg, $"<text class=\"best\" x=\"{textX:0.#}\" y=\"{textY:0.#}\" text-anchor=\"{anchor}\">best {ChartAxis.Text(best.Y)}</text>");
        }

        svg.Append("</svg>");
        return $"<figure><figcaption><strong>{Text(Title)}</strong>{Legend()}{(along.IsLog ? " <small>logarithmic</small>" : "")}</figcaption>\n{svg}</figure>\n";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Line(StringBuilder svg, FormattableString markup) => svg.Append(markup.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Grid(StringBuilder svg, ChartAxis across, ChartAxis along)
    {
        foreach (double tick in along.Ticks())
        {
            double y = along.At(tick);
            Line(svg, $"<path class=\"grid\" d=\"M{Left} {y:0.#}H{Width - Right}\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{ChartAxis.Text(tick)}</text>");
        }

        foreach (double tick in across.Ticks())
            Line(svg, $"<text x=\"{across.At(tick):0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\">{ChartAxis.Text(tick)}</text>");
        Line(svg, $"<path class=\"axis\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>");
    }

    private static void Curve(StringBuilder svg, IReadOnlyList<(double X, double Y)> points, int number, ChartAxis across, ChartAxis along)
    {
        if (points.Count == 1)
        {
            double x = across.At(points[0].X), y = along.At(points[0].Y);
            Line(svg, $"<circle class=\"dot s{number}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\"/>");
            return;
        }

        bool smoothed = points.Count >= FewestSmoothed;
        Line(svg, $"<path class=\"{(smoothed ? "raw" : "line")} s{number}\" d=\"{Path(Thinned(points))}\"/>");
        if (smoothed) Line(svg, $"<path class=\"line s{number}\" d=\"{Path(Thinned(Smoothed(points, along.IsLog)))}\"/>");

        string Path(IEnumerable<(double X, double Y)> drawn)
        {
            var path = new StringBuilder();
            foreach ((double x, double y) in drawn)
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{across.At(x):0.#} {along.At(y):0.#}");
            return path.ToString();
        }
    }

    /// <summary>Few enough points to draw: the lowest and the highest of each stretch, so that no peak is lost.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints) return points;
        int stretch = (int)Math.Ceiling(2.0 * points.Count / MostPoints);
        return points.Chunk(stretch).SelectMany(part => new[] { part.MinBy(point => point.Y), part.MaxBy(point => point.Y) }.OrderBy(point => point.X).Distinct());
    }

    /// <summary>The mean over a window around each point, narrower towards the ends; on a logarithmic axis the geometric one.</summary>
    private static List<(double X, double Y)> Smoothed(IReadOnlyList<(double X, double Y)> points, bool log)
    {
        int reach = Math.Min(points.Count / SmoothedShare, WidestSmoothing) / 2 + 1;
        var sums = new double[points.Count + 1];
        for (int i = 0; i < points.Count; i++) sums[i + 1] = sums[i] + (log ? Math.Log(points[i].Y) : points[i].Y);
        var smoothed = new List<(double, double)>(points.Count);
        for (int i = 0; i < points.Count; i++)
        {
            int near = Math.Min(reach, Math.Min(i, points.Count - 1 - i));
            double mean = (sums[i + near + 1] - sums[i - near]) / (2 * near + 1);
            smoothed.Add((points[i].X, log ? Math.Exp(mean) : mean));
        }

        return smoothed;
    }

    private string Legend() => string.Concat(Series.Select((series, i) => series.Points.Count == 0 ? "" :
        $" <span class=\"key s{i}\">{Text(series.Name)} {ChartAxis.Text(series.Points[^1].Y)}</span>"));

    private string Description(ChartAxis along) => string.Join(" ", Series.Where(series => series.Points.Count > 0).Select(series =>
        $"{series.Name} from {ChartAxis.Text(series.Points[0].Y)} at step {ChartAxis.Text(series.Points[0].X)} "
        + $"to {ChartAxis.Text(series.Points[^1].Y)} at step {ChartAxis.Text(series.Points[^1].X)}, "
        + $"lowest {ChartAxis.Text(series.Points.Min(point => point.Y))}, highest {ChartAxis.Text(series.Points.Max(point => point.Y))}.").Select(text => text.Trim()))
        + (along.IsLog ? " The vertical axis is logarithmic." : "");
}
