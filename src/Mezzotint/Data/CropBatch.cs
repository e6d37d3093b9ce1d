namespace Mezzotint.Data;

/// <summary>Room for the crops of one step: low resolution and truth, in [0,1].</summary>
public sealed class CropBatch
{
    /// <summary>Room for so many crops.</summary>
    /// <param name="count">Crops.</param>
    /// <param name="crop">The side of a low-resolution crop, in its pixels.</param>
    /// <param name="scale">How many times larger, each way, the truth is.</param>
    public CropBatch(int count, int crop, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(crop, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        (Count, Crop, Scale) = (count, crop, scale);
        Low = new float[checked(count * crop * crop * TrainingPair.Channels)];
        High = new float[checked(Low.Length * scale * scale)];
    }

    /// <summary>Crops.</summary>
    public int Count { get; }

    /// <summary>The side of a low-resolution crop, in its pixels.</summary>
    public int Crop { get; }

    /// <summary>How many times larger, each way, the truth is.</summary>
    public int Scale { get; }

    /// <summary>[Count, Crop, Crop, 3].</summary>
    public float[] Low { get; }

    /// <summary>[Count, Crop * Scale, Crop * Scale, 3].</summary>
    public float[] High { get; }
}
