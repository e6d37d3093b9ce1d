namespace Mezzotint.Data.Examination;

/// <summary>
/// Memory that several threads share: each takes what its picture needs and waits until it is there. One that needs more than all has it
/// alone.
/// </summary>
internal sealed class PixelBudget
{
    private readonly object _turn = new();
    private readonly long _all;
    private long _left;

    /// <summary>So many bytes.</summary>
    public PixelBudget(long bytes) => _all = _left = bytes;

    /// <summary>Waits for so many bytes, and has them until the result is disposed of.</summary>
    public Taken Take(long wanted)
    {
        wanted = Math.Clamp(wanted, 0, _all);
        lock (_turn)
        {
            while (_left < wanted) Monitor.Wait(_turn);
            _left -= wanted;
        }

        return new Taken(this, wanted);
    }

    private void Return(long taken)
    {
        lock (_turn)
        {
            _left += taken;
            Monitor.PulseAll(_turn);
        }
    }

    /// <summary>What was taken.</summary>
    public readonly struct Taken(PixelBudget budget, long bytes) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => budget.Return(bytes);
    }
}
