namespace Mezzotint.Fuzz;

/// <summary>
/// Ends the process when one input takes too much processor time: what hangs cannot be stopped otherwise. The input lies in the run's
/// folder.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Timer _timer;
    private readonly TimeSpan _limit;
    private readonly Action<string> _report;
    private long _inputs, _seen = -1;
    private TimeSpan _since;

    /// <summary>Begins to watch.</summary>
    /// <param name="limit">Processor time that an input may take.</param>
    /// <param name="report">Told of an input that takes longer, before the process ends.</param>
    public Watchdog(TimeSpan limit, Action<string> report)
    {
        (_limit, _report) = (limit, report);
        _timer = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Says that another input begins.</summary>
    public void Next() => Interlocked.Increment(ref _inputs);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        TimeSpan now = Environment.CpuUsage.TotalTime;
        long inputs = Interlocked.Read(ref _inputs);
        if (inputs != _seen) (_seen, _since) = (inputs, now);
        else if (now - _since > _limit)
        {
            _report($"input {inputs} has taken more than {_limit.TotalSeconds:0} s of processor time");
            Environment.Exit(3);
        }
    }
}
