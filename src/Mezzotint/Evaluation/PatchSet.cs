using Mezzotint.Data;

namespace Mezzotint.Evaluation;

/// <summary>Square patches from random places of images, as points of which a distance is taken.</summary>
/// <param name="side">The side of a patch, in pixels.</param>
/// <param name="channels">Channels of the images.</param>
/// <param name="perImage">How many of each image.</param>
public sealed class PatchSet(int side, int channels, int perImage)
{
    private const ulong RowPurpose = 41, ColumnPurpose = 42;

    private readonly List<float> _points = [];
    private int _images;

    /// <summary>Numbers of a patch: its pixels row by row, channels together.</summary>
    public int PointSize => side * side * channels;

    /// <summary>The patches, one after another.</summary>
    public float[] Points => [.. _points];

    /// <summary>Takes patches of an image; where they lie is a function of how many images there were before.</summary>
    /// <param name="samples">H,W,C.</param>
    /// <param name="height">Rows, at least a patch's side.</param>
    /// <param name="width">Columns, at least a patch's side.</param>
    public void Add(ReadOnlySpan<float> samples, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, side);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, side);
        int row = side * channels;
        for (int patch = 0; patch < perImage; patch++)
        {
            ulong number = (ulong)_images * (ulong)perImage + (ulong)patch;
            int y = CounterRandom.Below(height - side + 1, 0, RowPurpose, number), x = CounterRandom.Below(width - side + 1, 0, ColumnPurpose, number);
            for (int i = 0; i < side; i++) _points.AddRange(samples.Slice(((y + i) * width + x) * channels, row));
        }

        _images++;
    }

    /// <summary>The mean and the deviation of each channel over all patches.</summary>
    public (double Mean, double Deviation)[] Statistics()
    {
        var statistics = new (double, double)[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double sum = 0, squares = 0, count = (double)_points.Count / channels;
            for (int i = channel; i < _points.Count; i += channels) sum += _points[i];
            double mean = sum / count;
            for (int i = channel; i < _points.Count; i += channels) squares += (_points[i] - mean) * (_points[i] - mean);
            statistics[channel] = (mean, Math.Sqrt(squares / count));
        }

        return statistics;
    }

    /// <summary>The patches with each channel moved and scaled.</summary>
    /// <param name="statistics">What is to become mean 0 and deviation 1, by channel.</param>
    public float[] Normalised((double Mean, double Deviation)[] statistics)
    {
        float[] points = Points;
        for (int i = 0; i < points.Length; i++)
        {
            (double mean, double deviation) = statistics[i % channels];
            points[i] = (float)((points[i] - mean) / Math.Max(deviation, 1e-12));
        }

        return points;
    }
}
