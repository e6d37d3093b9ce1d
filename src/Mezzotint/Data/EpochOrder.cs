namespace Mezzotint.Data;

/// <summary>
/// An order of things that is another one in each epoch, and in each takes every thing once: a function of the seed and the sample's
/// number.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
internal sealed class EpochOrder(int count, ulong seed, ulong purpose)
{
    private readonly int[] _order = new int[count];
    private long _epoch = -1;

    /// <summary>The thing of a sample, by the sample's number.</summary>
    public int this[long sample]
    {
        get
        {
            long epoch = sample / count;
            if (epoch != _epoch) Shuffle(epoch);
            return _order[(int)(sample % count)];
        }
    }

    private void Shuffle(long epoch)
    {
        for (int i = 0; i < count; i++) _order[i] = i;
        for (int last = count - 1; last > 0; last--)
        {
            int other = CounterRandom.Below(last + 1, seed, purpose, (ulong)(epoch * count + last));
            (_order[last], _order[other]) = (_order[other], _order[last]);
        }

        _epoch = epoch;
    }
}
