using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Mezzotint.Cli.Progress;

/// <summary>
/// How far a list of pictures is: bars for a person who watches; otherwise a line a picture, and now and then one while a large picture is
/// computed. From the second picture on it says how many a second are done (a video's frames) and how long the rest will take.
/// </summary>
internal sealed class BatchProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Session _session;
    private readonly string _doing;
    private readonly int _count;
    private readonly ProgressContext? _bars;
    private readonly Stopwatch _all = new(), _one = new(), _sinceLine = new();
    private ProgressTask? _allBar, _oneBar;
    private int _begun, _ended;

    private BatchProgress(Session session, string doing, int count, ProgressContext? bars) =>
        (_session, _doing, _count, _bars) = (session, doing, count, bars);

    /// <summary>Does the work, with progress shown on standard error until it ends.</summary>
    /// <param name="session">The call.</param>
    /// <param name="doing">What is done to each picture: "Enlarging".</param>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="work">The work; it says when it begins and ends each picture.</param>
    public static void Run(Session session, string doing, int count, Action<BatchProgress> work)
    {
        if (!session.Interactive)
        {
            work(new BatchProgress(session, doing, count, null));
            return;
        }

        session.People.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(bars => work(new BatchProgress(session, doing, count, bars)));
    }

    /// <summary>Says that the next picture begins.</summary>
    /// <returns>To be told the share of it that is done.</returns>
    public IProgress<double> Begin(string name)
    {
        _begun++;
        _all.Start();
        _one.Restart();
        _sinceLine.Restart();
        if (_bars is null)
        {
            _session.Error.WriteLine(_count == 1 ? $"{_doing} {name}" : $"{_doing} {name} ({_begun} of {_count}{Rate()})");
            return new Told(share => SayNowAndThen(name, share));
        }

        if (_count > 1)
        {
            (_allBar ??= _bars.AddTask("-", maxValue: _count)).Value = _begun - 1;
            _allBar.Description = Markup.Escape($"{_doing} {_count} pictures{Speed()}");
        }

        _oneBar ??= _bars.AddTask("-", maxValue: 1);
        _oneBar.Description = Markup.Escape(Path.GetFileName(name));
        _oneBar.Value = 0;
        return new Told(share =>
        {
            _oneBar.Value = Math.Min(share, 1 - 1e-6); // a task that reaches its end stops for good, and this one goes on to the next picture
            if (_allBar is not null) _allBar.Value = _begun - 1 + share;
        });
    }

    /// <summary>Says that the picture is done.</summary>
    public void End() => _ended++;

    /// <summary>How fast, and how long yet: ", 2.4 a second, 3 min left".</summary>
    private string Rate() => _ended == 0 ? "" : $"{Speed()}, {Duration.Of(_all.Elapsed / _ended * (_count - _begun + 1))} left";

    private string Speed()
    {
        if (_ended == 0) return "";
        double each = _all.Elapsed.TotalSeconds / _ended;
        return string.Create(CultureInfo.InvariantCulture, $", {(each > 1 ? $"{each:0.0} s each" : $"{1 / each:0.0} a second")}");
    }

    private void SayNowAndThen(string name, double share)
    {
        if (_sinceLine.Elapsed < Interval || share is <= 0 or >= 1) return;
        _sinceLine.Restart();
        TimeSpan left = _one.Elapsed * ((1 - share) / share);
        _session.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_doing} {name}: {100 * share:0} %, {Duration.Of(left)} left"));
    }

    /// <summary>Progress told at once, on the thread that makes it.</summary>
    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
