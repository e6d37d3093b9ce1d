using System.Drawing;
using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// Draws aligned square crops from pairs of pictures. An epoch takes every picture once, in an order of its own; where the crop lies and
/// how it is turned depends on the seed and the sample's number alone. So the whole state is a cursor, the number of samples drawn so
/// far: from the same cursor come the same crops, whatever was drawn before.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class CropSampler
{
    private const ulong OrderPurpose = 1, ColumnPurpose = 2, RowPurpose = 3, FlipPurpose = 4, TurnPurpose = 5;

    private readonly ITrainingPairs _pairs;
    private readonly int _crop;
    private readonly bool _flips, _rotations;
    private readonly ulong _seed;
    private readonly Degradation? _degradation;
    private readonly EpochOrder _order;
    private float[] _scratch = [];

    /// <summary>A sampler at no particular cursor.</summary>
    /// <param name="pairs">The pictures.</param>
    /// <param name="crop">The side of a low-resolution crop, in its pixels; no usable picture is smaller.</param>
    /// <param name="flips">Whether half of the crops are mirrored left to right.</param>
    /// <param name="rotations">Whether crops are turned by a random multiple of 90 degrees.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="degradation">Makes the low-resolution crops of the truth, in place of the pairs' own; this sampler's alone. Null for
    /// none.</param>
    /// <exception cref="ArgumentException">The degradation is for another scale.</exception>
    /// <exception cref="TrainingDataException">There is no picture.</exception>
    public CropSampler(ITrainingPairs pairs, int crop, bool flips, bool rotations, ulong seed, Degradation? degradation = null)
    {
        if (degradation is not null && degradation.Scale != pairs.Scale)
            throw new ArgumentException($"The degradation is for x{degradation.Scale}, and the pairs for x{pairs.Scale}.", nameof(degradation));
        if (pairs.Count == 0)
            throw new TrainingDataException("There is no picture to learn from.");
        (_pairs, _crop, _flips, _rotations, _seed, _degradation) = (pairs, crop, flips, rotations, seed, degradation);
        _order = new EpochOrder(pairs.Count, seed, OrderPurpose);
    }

    /// <summary>How many samples an epoch has: one of each picture.</summary>
    public int EpochSamples => _pairs.Count;

    /// <summary>Fills a batch with the samples from a cursor on.</summary>
    /// <param name="cursor">Samples drawn before; the next cursor is this plus the batch's count.</param>
    /// <param name="batch">Receives them.</param>
    /// <exception cref="ArgumentException">The batch is for other crops or another scale.</exception>
    /// <exception cref="TrainingDataException">No picture can be used.</exception>
    public void Fill(long cursor, CropBatch batch)
    {
        if (batch.Crop != _crop || batch.Scale != _pairs.Scale)
            throw new ArgumentException($"The batch is for crops of {batch.Crop} x{batch.Scale}, not of {_crop} x{_pairs.Scale}.",
                nameof(batch));
        if (_degradation is not null && _degradation.Channels != batch.Channels)
            throw new ArgumentException($"The degradation is for {_degradation.Channels} channels, and the batch has {batch.Channels}.", nameof(batch));
        int low = batch.Low.Length / batch.Count, high = batch.High.Length / batch.Count;
        for (int i = 0; i < batch.Count; i++)
            Draw(cursor + i, batch.Channels, batch.Low.AsSpan(i * low, low), batch.High.AsSpan(i * high, high));
    }

    private void Draw(long sample, int channels, Span<float> low, Span<float> high)
    {
        var pair = Choose(sample);
        if (pair.High.Channels != channels)
            throw new ArgumentException($"The batch is for {channels} channels, and the pictures have {pair.High.Channels}.", nameof(channels));
        ulong index = (ulong)sample;
        int x = CounterRandom.Below(pair.LowWidth - _crop + 1, _seed, ColumnPurpose, index);
        int y = CounterRandom.Below(pair.LowHeight - _crop + 1, _seed, RowPurpose, index);
        var orientation = new Orientation(
            Mirrored: _flips && CounterRandom.Below(2, _seed, FlipPurpose, index) == 1,
            Quarters: _rotations ? CounterRandom.Below(4, _seed, TurnPurpose, index) : 0);
        int scale = pair.Scale;
        if (_degradation is null || !Degrade(_degradation, pair, x, y, orientation, index, low))
            Cut(pair.Low, x, y, _crop, orientation, low);
        Cut(pair.High, x * scale, y * scale, _crop * scale, orientation, high);
    }

    /// <summary>Makes a low-resolution crop of the truth around it, unless it is one that stays clean.</summary>
    private bool Degrade(Degradation degradation, TrainingPair pair, int x, int y, Orientation orientation, ulong sample, Span<float> low)
    {
        var draws = new DegradationDraws(_seed, sample);
        if (degradation.IsClean(ref draws)) return false;
        const int margin = Degradation.Margin;
        Picture truth = pair.High;
        DegradationCanvas canvas = degradation.Canvas;
        int scale = pair.Scale, channels = truth.Channels, side = (_crop + 2 * margin) * scale;

        // What of the crop and its margin lies in the picture; beyond its edges the picture is mirrored.
        int left = Math.Max(0, (x - margin) * scale), top = Math.Max(0, (y - margin) * scale);
        int width = Math.Min(truth.Width, (x + _crop + margin) * scale) - left;
        int height = Math.Min(truth.Height, (y + _crop + margin) * scale) - top;
        Span<float> part = Scratch(width * height * channels), around = canvas.Spare(side, side);
        truth.CopyTo(left, top, width, height, part);
        for (int row = 0, at = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                var (sourceX, sourceY) = orientation.Source(column, row, new Size(side, side));
                int right = DegradationCanvas.Mirror((x - margin) * scale + sourceX, truth.Width) - left;
                int down = DegradationCanvas.Mirror((y - margin) * scale + sourceY, truth.Height) - top;
                int from = (down * width + right) * channels;
                for (int c = 0; c < channels; c++) around[at++] = DegradationCanvas.Level(part[from + c], truth.BitDepth);
            }
        }

        canvas.Take(side, side);
        degradation.Apply(ref draws, truth.BitDepth);
        ReadOnlySpan<float> degraded = canvas.Samples;
        int length = _crop * channels;
        for (int row = 0; row < _crop; row++)
        {
            ReadOnlySpan<float> line = degraded.Slice((row + margin) * canvas.Row + margin * channels, length);
            for (int i = 0; i < length; i++) low[row * length + i] = line[i] / 255;
        }

        return true;
    }

    /// <summary>
    /// The picture of a sample; an unusable one's place is taken by the next in number, so that the draw stays a function of the data.
    /// </summary>
    private TrainingPair Choose(long sample)
    {
        int first = _order[sample];
        for (int i = 0; i < _pairs.Count; i++)
        {
            if (_pairs.Get((first + i) % _pairs.Count) is TrainingPair pair)
                return pair;
        }
        throw new TrainingDataException("No picture of those to learn from can be used.");
    }

    private void Cut(Picture picture, int left, int top, int side, Orientation orientation, Span<float> to)
    {
        Span<float> part = Scratch(side * side * picture.Channels);
        picture.CopyTo(left, top, side, side, part);
        orientation.Turn<float>(part, new Size(side, side), picture.Channels, to);
    }

    private Span<float> Scratch(int length)
    {
        if (_scratch.Length < length) _scratch = new float[length];
        return _scratch.AsSpan(0, length);
    }
}
