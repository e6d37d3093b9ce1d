using System.Globalization;

namespace Mezzotint.Reports;

/// <summary>An axis of a chart: from values to pixels, with round numbers to write at it.</summary>
internal sealed class ChartAxis
{
    private const double LeastRatioForLog = 30;
    private const int WantedTicks = 5;
    private const double Room = 0.06, LeastSize = 1e-30, LeastSpan = 1e-6;

    private readonly double _low, _high, _from, _to;

    private ChartAxis(bool log, double low, double high, double from, double to) => (IsLog, _low, _high, _from, _to) = (log, low, high, from, to);

    /// <summary>Whether equal ratios have equal lengths.</summary>
    public bool IsLog { get; }

    /// <summary>The horizontal axis of steps.</summary>
    public static ChartAxis Across(IEnumerable<double> values, double from, double to)
    {
        double[] all = [.. values];
        double low = all.Min(), high = all.Max();
        return new ChartAxis(log: false, low, high > low ? high : low + 1, from, to);
    }

    /// <summary>The vertical axis of values, logarithmic where they span decades, with room above and below.</summary>
    public static ChartAxis Along(IEnumerable<double> values, double from, double to)
    {
        double[] all = [.. values];
        double low = all.Min(), high = all.Max();
        bool log = low > 0 && high / low >= LeastRatioForLog;
        if (log) (low, high) = (Math.Log10(low), Math.Log10(high));
        double size = Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)), LeastSize);

        // Values that are equal but for rounding lie on a line across the middle.
        double room = high - low < size * LeastSpan ? size * Room : (high - low) * Room;
        return new ChartAxis(log, low - room, high + room, from, to);
    }

    /// <summary>Where a value lies, in pixels.</summary>
    public double At(double value) => _from + ((IsLog ? Math.Log10(value) : value) - _low) / (_high - _low) * (_to - _from);

    /// <summary>Round values within the axis.</summary>
    public IEnumerable<double> Ticks() => IsLog ? Powers() : Multiples();

    /// <summary>A value as it is written at an axis or in a table.</summary>
    public static string Text(double value)
    {
        double size = Math.Abs(value);
        return value == 0 ? "0" : size is >= 1e6 or < 1e-3
            ? value.ToString("0.##e+0", CultureInfo.InvariantCulture)
            : value.ToString(size >= 100 ? "#,0.#" : size >= 1 ? "0.###" : "0.#####", CultureInfo.InvariantCulture);
    }

    private IEnumerable<double> Multiples()
    {
        double rough = (_high - _low) / WantedTicks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double unit = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        double first = Math.Ceiling(_low / unit);
        for (int i = 0; i <= 2 * WantedTicks && (first + i) * unit <= _high; i++) yield return (first + i) * unit;
    }

    private IEnumerable<double> Powers()
    {
        int stride = Math.Max(1, (int)Math.Ceiling((_high - _low) / WantedTicks));
        double[] within = _high - _low > 2 ? [1] : [1, 2, 5];
        for (int power = (int)Math.Floor(_low); power <= _high; power++)
        {
            foreach (double value in within.Select(factor => factor * Math.Pow(10, power)).Where(value => power % stride == 0))
                if (Math.Log10(value) >= _low && Math.Log10(value) <= _high) yield return value;
        }
    }
}
