namespace Mezzotint.Data.Pairs;

/// <summary>
/// Draws training pairs: each is brought to a size a little larger than needed, a rectangle is cut out of it, and perhaps mirrored, the
/// same for all of the pair (Isola et al. 2017: 286 to 256 pixels). An epoch takes every pair once, in an order of its own; everything
/// depends on the seed and the sample's number alone, so the whole state is a cursor.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class PairSampler
{
    private const ulong OrderPurpose = 11, ColumnPurpose = 12, RowPurpose = 13, FlipPurpose = 14;

    private readonly PairSet _pairs;
    private readonly PairCutter _cutter;
    private readonly (int Width, int Height) _load;
    private readonly bool _flips;
    private readonly ulong _seed;
    private readonly long _limit;
    private readonly ImagePair?[] _kept;
    private readonly EpochOrder _order;
    private long _bytes;

    /// <summary>A sampler at no particular cursor.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="cutter">Cuts them.</param>
    /// <param name="loadWidth">Columns that a pair is brought to at the least, its proportions kept.</param>
    /// <param name="loadHeight">Rows.</param>
    /// <param name="flips">Whether half of the samples are mirrored left to right.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cacheBytes">How many bytes of decoded pairs are kept.</param>
    /// <exception cref="ArgumentException">The cutter's rectangle is larger.</exception>
    /// <exception cref="TrainingDataException">There is no pair.</exception>
    public PairSampler(PairSet pairs, PairCutter cutter, int loadWidth, int loadHeight, bool flips, ulong seed, long cacheBytes)
    {
        if (loadWidth < cutter.Width || loadHeight < cutter.Height)
            throw new ArgumentException($"{cutter.Width}x{cutter.Height} cannot be cut out of {loadWidth}x{loadHeight}.", nameof(loadWidth));
        if (pairs.Count == 0) throw new TrainingDataException("There is no pair to learn from.");
        (_pairs, _cutter, _load, _flips, _seed, _limit) = (pairs, cutter, (loadWidth, loadHeight), flips, seed, cacheBytes);
        _kept = new ImagePair?[pairs.Count];
        _order = new EpochOrder(pairs.Count, seed, OrderPurpose);
    }

    /// <summary>Fills a batch with the samples from a cursor on.</summary>
    /// <param name="cursor">Samples drawn before.</param>
    /// <param name="batch">Receives them.</param>
    public void Fill(long cursor, PairBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ulong sample = (ulong)(cursor + i);
            ImagePair pair = Get(_order[cursor + i]);
            int x = CounterRandom.Below(pair.Target.Width - _cutter.Width + 1, _seed, ColumnPurpose, sample);
            int y = CounterRandom.Below(pair.Target.Height - _cutter.Height + 1, _seed, RowPurpose, sample);
            bool mirrored = _flips && CounterRandom.Below(2, _seed, FlipPurpose, sample) == 1;
            _cutter.Cut(pair, x, y, mirrored, _seed, sample, batch, i);
        }
    }

    private ImagePair Get(int index)
    {
        if (_kept[index] is { } kept) return kept;
        ImagePair pair = _pairs.Load(index).Cover(_load.Width, _load.Height);
        // Which pairs are kept does not matter: an epoch asks for each of them once.
        if (_bytes + pair.Bytes <= _limit)
        {
            _kept[index] = pair;
            _bytes += pair.Bytes;
        }

        return pair;
    }
}
