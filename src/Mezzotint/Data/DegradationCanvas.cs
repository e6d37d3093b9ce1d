using System.Numerics;
using System.Runtime.InteropServices;

namespace Mezzotint.Data;

/// <summary>
/// A picture of values from 0 to 255, whatever its depth, that is worked on in two buffers which go round, so that nothing is allocated as
/// a training goes on. Beyond its edges it is mirrored, the edge pixel repeated.
/// </summary>
/// <param name="channels">Channels of the picture.</param>
internal sealed class DegradationCanvas(int channels = 3)
{
    private const int Steps16 = 257; // of 16 bits in one of 8

    private float[] _samples = [], _spare = [];

    public int Channels { get; } = channels;

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Samples in a row.</summary>
    public int Row => Width * Channels;

    /// <summary>The picture.</summary>
    public Span<float> Samples => _samples.AsSpan(0, Row * Height);

    /// <summary>Room for what the picture becomes; <see cref="Take"/> makes it the picture.</summary>
    public Span<float> Spare(int width, int height)
    {
        int length = checked(width * height * Channels);
        if (_spare.Length < length) _spare = new float[length];
        return _spare.AsSpan(0, length);
    }

    /// <summary>What was written to the room is the picture now.</summary>
    public void Take(int width, int height)
    {
        (_samples, _spare) = (_spare, _samples);
        (Width, Height) = (width, height);
    }

    /// <summary>Widens the picture by a few mirrored pixels each way.</summary>
    public void Pad(int by)
    {
        int width = Width + 2 * by, height = Height + 2 * by;
        Span<float> padded = Spare(width, height), samples = Samples;
        for (int y = 0, to = 0; y < height; y++)
        {
            int row = Mirror(y - by, Height) * Width;
            for (int x = 0; x < width; x++)
            {
                int from = (row + Mirror(x - by, Width)) * Channels;
                for (int c = 0; c < Channels; c++) padded[to++] = samples[from + c];
            }
        }

        Take(width, height);
    }

    /// <summary>Rounds to what a depth holds.</summary>
    public void Round(int bitDepth = 8)
    {
        if (bitDepth == 8)
            foreach (ref float sample in Samples) sample = Round(sample);
        else
            foreach (ref float sample in Samples) sample = Math.Clamp(MathF.Floor(sample * Steps16 + 0.5f) / Steps16, 0, 255);
    }

    /// <summary>A sample in [0,1] as a value from 0 to 255; the whole number that it was where it had 8 bits.</summary>
    public static float Level(float sample, int bitDepth) => bitDepth == 8 ? MathF.Round(sample * 255) : sample * 255;

    public static float Round(float value) => Math.Clamp(MathF.Floor(value + 0.5f), 0, 255);

    /// <summary>The place within, for one that may lie beyond an edge.</summary>
    public static int Mirror(int index, int length)
    {
        while ((uint)index >= (uint)length) index = index < 0 ? -1 - index : 2 * length - 1 - index;
        return index;
    }

    /// <summary>Adds a multiple of one row to another.</summary>
    public static void Add(ReadOnlySpan<float> from, float weight, Span<float> to)
    {
        ref float source = ref MemoryMarshal.GetReference(from), target = ref MemoryMarshal.GetReference(to);
        var factor = new Vector<float>(weight);
        int i = 0;
        for (; i + Vector<float>.Count <= to.Length; i += Vector<float>.Count)
            (Vector.LoadUnsafe(ref target, (nuint)i) + factor * Vector.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        for (; i < to.Length; i++) to[i] += weight * from[i];
    }
}
