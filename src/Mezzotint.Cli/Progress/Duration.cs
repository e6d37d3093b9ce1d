namespace Mezzotint.Cli.Progress;

/// <summary>Times for people, in the two units that matter.</summary>
internal static class Duration
{
    /// <summary>"12 s", "3 min", "2 h 05 min", "1 d 4 h".</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{time.Seconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes:00} min",
        _ => $"{time.Days} d {time.Hours} h",
    };
}
