using Spectre.Console;

namespace Mezzotint.Cli.Progress;

/// <summary>How far a list of pictures is: bars for a person who watches, a line a picture otherwise.</summary>
internal sealed class BatchProgress
{
    private readonly Session _session;
    private readonly string _doing;
    private readonly int _count;
    private readonly ProgressContext? _bars;
    private ProgressTask? _all, _one;
    private int _begun;

    private BatchProgress(Session session, string doing, int count, ProgressContext? bars) =>
        (_session, _doing, _count, _bars) = (session, doing, count, bars);

    /// <summary>Does the work, with progress shown on standard error until it ends.</summary>
    /// <param name="session">The call.</param>
    /// <param name="doing">What is done to each picture: "Enlarging".</param>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="work">The work; it says when it begins each picture.</param>
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
        if (_bars is null)
        {
            _session.Error.WriteLine(_count == 1 ? $"{_doing} {name}" : $"{_doing} {name} ({_begun} of {_count})");
            return new Told(_ => { });
        }

        if (_count > 1) (_all ??= _bars.AddTask($"{_doing} {_count} pictures", maxValue: _count)).Value = _begun - 1;
        _one ??= _bars.AddTask("-", maxValue: 1);
        _one.Description = Markup.Escape(Path.GetFileName(name));
        _one.Value = 0;
        return new Told(share =>
        {
            _one.Value = Math.Min(share, 1 - 1e-6); // a task that reaches its end stops for good, and this one goes on to the next picture
            if (_all is not null) _all.Value = _begun - 1 + share;
        });
    }

    /// <summary>Progress told at once, on the thread that makes it.</summary>
    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
