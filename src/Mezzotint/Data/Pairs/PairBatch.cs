namespace Mezzotint.Data.Pairs;

/// <summary>Room for the pairs of one step.</summary>
public sealed class PairBatch
{
    /// <summary>Room for so many pairs.</summary>
    /// <param name="count">Pairs.</param>
    /// <param name="cutter">What they are cut by.</param>
    public PairBatch(int count, PairCutter cutter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        int pixels = checked(count * cutter.Width * cutter.Height);
        Condition = new float[checked(pixels * cutter.Channels)];
        Target = new float[checked(pixels * 3)];
        Segments = cutter.Segments ? new int[pixels] : [];
    }

    /// <summary>Pairs.</summary>
    public int Count { get; }

    /// <summary>What is given: [Count, Height, Width, Channels], as <see cref="PairCutter"/> lays it out.</summary>
    public float[] Condition { get; }

    /// <summary>What is to come of it: [Count, Height, Width, 3] in [-1, 1].</summary>
    public float[] Target { get; }

    /// <summary>
    /// Which segment each pixel belongs to, [Count, Height, Width], counted from 0 in each pair; none where nobody asks.
    /// </summary>
    public int[] Segments { get; }
}
