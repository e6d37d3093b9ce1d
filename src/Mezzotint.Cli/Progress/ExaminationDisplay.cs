using System.Diagnostics;
using System.Globalization;
using Mezzotint.Data.Examination;
using Spectre.Console;

namespace Mezzotint.Cli.Progress;

/// <summary>How far the reading of many files is: a bar for a person who watches; otherwise a line now and then.</summary>
internal sealed class ExaminationDisplay : IProgress<ExaminationProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _telling = new();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private readonly Session _session;
    private readonly string _doing;
    private readonly ProgressTask? _bar;

    private ExaminationDisplay(Session session, string doing, ProgressTask? bar) => (_session, _doing, _bar) = (session, doing, bar);

    /// <summary>Does the work, with progress shown on standard error until it ends.</summary>
    public static void Run(Session session, string doing, Action<ExaminationDisplay> work)
    {
        if (!session.Interactive)
        {
            work(new ExaminationDisplay(session, doing, null));
            return;
        }

        session.People.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(bars => work(new ExaminationDisplay(session, doing, bars.AddTask(doing))));
    }

    /// <inheritdoc/>
    public void Report(ExaminationProgress value)
    {
        lock (_telling)
        {
            if (_bar is not null)
            {
                _bar.Description = Markup.Escape($"{_doing} {Path.GetFileName(value.Name)}");
                _bar.MaxValue = Math.Max(1, value.Total) + 1; // a task that reaches its end stops for good, and comparing is yet to come
                _bar.Value = value.Done;
            }
            else if (_sinceLine.Elapsed >= Interval)
            {
                _sinceLine.Restart();
                _session.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_doing}: {value.Done:N0} of {value.Total:N0}"));
            }
        }
    }
}
