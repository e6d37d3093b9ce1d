using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>
/// Cuts a rectangle out of a pair and writes it as numbers: pictures in [-1, 1]; labels as their class, a channel, and with instance maps a
/// second channel, 1 where a pixel's neighbour belongs to another instance; or what a <see cref="Corruption"/> makes of the target.
/// </summary>
/// <param name="width">Columns of the rectangle.</param>
/// <param name="height">Its rows.</param>
/// <param name="labels">Whether label maps are given.</param>
/// <param name="instances">Whether there are instance maps.</param>
/// <param name="segments">Whether each pixel's segment is wanted: its instance, or without instance maps its class.</param>
/// <param name="corruption">Makes what is given; null where the pairs hold it. This cutter's alone.</param>
public sealed class PairCutter(int width, int height, bool labels, bool instances, bool segments, Corruption? corruption)
{
    /// <summary>Columns of the rectangle.</summary>
    public int Width { get; } = width;

    /// <summary>Its rows.</summary>
    public int Height { get; } = height;

    /// <summary>Channels of what is given.</summary>
    public int Channels { get; } = corruption?.Channels ?? (labels ? instances ? 2 : 1 : 3);

    /// <summary>Whether each pixel's segment is written.</summary>
    public bool Segments { get; } = segments;

    /// <summary>Cuts.</summary>
    /// <param name="pair">The pair, at least as large.</param>
    /// <param name="x">The rectangle's first column.</param>
    /// <param name="y">Its first row.</param>
    /// <param name="mirrored">Whether it is mirrored left to right.</param>
    /// <param name="seed">The seed, of what a corruption does.</param>
    /// <param name="sample">The sample's number, of the same.</param>
    /// <param name="batch">Receives it.</param>
    /// <param name="index">Its place there.</param>
    public void Cut(ImagePair pair, int x, int y, bool mirrored, ulong seed, ulong sample, PairBatch batch, int index)
    {
        int pixels = Width * Height;
        Span<float> target = batch.Target.AsSpan(index * pixels * 3, pixels * 3);
        Span<float> condition = batch.Condition.AsSpan(index * pixels * Channels, pixels * Channels);
        Cut(pair.Target, x, y, mirrored, target);
        if (corruption is not null) corruption.Apply(target, Width, Height, seed, sample, condition);
        else if (pair.Input is { } input) Cut(input, x, y, mirrored, condition);
        LabelMap? classes = pair.Labels is { } map ? Cut(map, x, y, mirrored) : null;
        LabelMap? belong = pair.Instances is { } ids ? Cut(ids, x, y, mirrored) : null;
        if (classes is not null) Write(classes, instances ? belong : null, condition);
        if (Segments) Number(belong, classes!, batch.Segments.AsSpan(index * pixels, pixels));
    }

    /// <summary>Classes, and with instances their boundaries, as a network is given them.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="instances">The instances; null where there are none, and one channel is written.</param>
    /// <param name="condition">Receives height x width x 1 or 2 values.</param>
    public static void Write(LabelMap classes, LabelMap? instances, Span<float> condition)
    {
        if (instances is null)
        {
            for (int i = 0; i < classes.Values.Length; i++) condition[i] = classes.Values[i];
            return;
        }

        bool[] edges = Boundaries(instances);
        for (int i = 0; i < edges.Length; i++) (condition[2 * i], condition[2 * i + 1]) = (classes.Values[i], edges[i] ? 1 : 0);
    }

    /// <summary>Which pixels have a neighbour above, below, left or right that belongs to another instance.</summary>
    public static bool[] Boundaries(LabelMap instances)
    {
        int[] ids = instances.Values;
        bool[] edges = new bool[ids.Length];
        for (int y = 0, at = 0; y < instances.Height; y++)
        {
            for (int x = 0; x < instances.Width; x++, at++)
            {
                if (x > 0 && ids[at] != ids[at - 1]) edges[at] = edges[at - 1] = true;
                if (y > 0 && ids[at] != ids[at - instances.Width]) edges[at] = edges[at - instances.Width] = true;
            }
        }

        return edges;
    }

    /// <summary>Segments counted from 0 in the order they are met; without instances the classes are the segments.</summary>
    public static void Number(LabelMap? instances, LabelMap classes, Span<int> segments)
    {
        if (instances is null)
        {
            classes.Values.CopyTo(segments);
            return;
        }

        var numbers = new Dictionary<int, int>();
        for (int i = 0; i < instances.Values.Length; i++)
        {
            if (!numbers.TryGetValue(instances.Values[i], out int number)) numbers.Add(instances.Values[i], number = numbers.Count);
            segments[i] = number;
        }
    }

    /// <summary>A sample of 8 bits in [-1, 1].</summary>
    internal static float FromByte(byte value) => value / 127.5f - 1;

    private void Cut(Picture picture, int x, int y, bool mirrored, Span<float> to)
    {
        byte[] bytes = new byte[Width * Height * 3];
        picture.Crop(x, y, Width, Height).CopyTo(bytes);
        for (int row = 0, at = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++)
            {
                int from = (row * Width + (mirrored ? Width - 1 - column : column)) * 3;
                for (int c = 0; c < 3; c++) to[at++] = FromByte(bytes[from + c]);
            }
        }
    }

    private LabelMap Cut(LabelMap map, int x, int y, bool mirrored)
    {
        int[] values = new int[Width * Height];
        for (int row = 0, at = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++, at++)
                values[at] = map[x + (mirrored ? Width - 1 - column : column), y + row];
        }

        return new LabelMap(Width, Height, values);
    }
}
