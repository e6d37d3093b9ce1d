namespace Mezzotint.Reports;

/// <summary>One curve of a chart.</summary>
/// <param name="Name">What it is called; empty where a chart has no other.</param>
/// <param name="Points">Its points, with X ascending; those that are not finite are left out.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The points that can be drawn.</summary>
    public IReadOnlyList<(double X, double Y)> Points { get; } = [.. Points.Where(point => double.IsFinite(point.Y))];
}
