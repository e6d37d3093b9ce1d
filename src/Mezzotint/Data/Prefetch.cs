using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Mezzotint.Data;

/// <summary>
/// Prepares what comes next on a thread of its own while the present is being used: always in order, never more than a fixed number
/// ahead, in buffers that go round, so that nothing is allocated as a training goes on.
/// </summary>
/// <typeparam name="T">What is prepared: a buffer that is filled again and again.</typeparam>
public sealed class Prefetch<T> : IDisposable
    where T : class
{
    private readonly BlockingCollection<T> _empty = [];
    private readonly BlockingCollection<T> _ready = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _fault;
    private T? _current;

    /// <summary>Begins to prepare at once.</summary>
    /// <param name="make">Makes a buffer; called on this thread.</param>
    /// <param name="fill">Fills a buffer with the n-th, counted from 0; called on the other thread, in order.</param>
    /// <param name="ahead">How many are prepared ahead of use.</param>
    public Prefetch(Func<T> make, Action<T, long> fill, int ahead = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        for (int i = 0; i <= ahead; i++) // one more, for the one in use
            _empty.Add(make());
        _thread = new Thread(() => Work(fill)) { IsBackground = true, Name = "prefetch" };
        _thread.Start();
    }

    /// <summary>The next one; the one before it must no longer be read, for it is filled anew.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    /// <remarks>What <c>fill</c> throws comes out here, in its turn, and again at each later call.</remarks>
    public T Next(CancellationToken cancellation = default)
    {
        if (_current is not null)
            _empty.Add(_current, CancellationToken.None);
        _current = null;
        if (!_ready.TryTake(out _current, Timeout.Infinite, cancellation))
            _fault!.Throw(); // the thread ends the row only at a fault; Dispose is not called while someone waits
        return _current!;
    }

    /// <summary>Stops preparing and waits for the thread to end; what it is filling is finished first.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _empty.Dispose();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Work(Action<T, long> fill)
    {
        try
        {
            for (long number = 0; ; number++)
            {
                var buffer = _empty.Take(_stop.Token);
                fill(buffer, number);
                _ready.Add(buffer, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception thrown) // whatever it is, it belongs to whoever asks for the next
        {
            _fault = ExceptionDispatchInfo.Capture(thrown);
            _ready.CompleteAdding();
        }
    }
}
