namespace Mezzotint.Data;

/// <summary>Room for the crops of one step: low resolution and truth, in [0,1].</summary>
public sealed class CropBatch
{
    /// <summary>Room for so many crops.</summary>
    /// <param name="count">Crops.</param>
    /// <param name="crop">The side of a low-resolution crop, in its pixels.</param>
    /// <param name="scale">How many times larger, each way, the truth is.</param>
    /// <param name="channels">Channels of the pictures.</param>
    public CropBatch(int count, int crop, int scale, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(crop, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        (Count, Crop, Scale, Channels) = (count, crop, scale, channels);
        Low = new float[checked(count * crop * crop * channels)];
        High = new float[checked(Low.Length * scale * scale)];
    }

    /// <summary>Crops.</summary>
    public int Count { get; }

    /// <summary>The side of a low-resolution crop, in its pixels.</summary>
    public int Crop { get; }

    /// <summary>How many times larger, each way, the truth is.</summary>
    public int Scale { get; }

    /// <summary>Channels of the pictures.</summary>
    public int Channels { get; }

    /// <summary>[Count, Crop, Crop, Channels].</summary>
    public float[] Low { get; }

    /// <summary>[Count, Crop * Scale, Crop * Scale, Channels].</summary>
    public float[] High { get; }
}
