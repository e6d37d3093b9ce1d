namespace Mezzotint.Data;

/// <summary>Room for the images of one step.</summary>
public sealed class ImageBatch
{
    /// <summary>Room for so many images like those of a set.</summary>
    /// <param name="count">Images.</param>
    /// <param name="width">Columns of each.</param>
    /// <param name="height">Rows of each.</param>
    /// <param name="channels">Samples a pixel.</param>
    /// <param name="range">What black and white are.</param>
    public ImageBatch(int count, int width, int height, int channels, SampleRange range = SampleRange.Unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        (Count, Width, Height, Channels, Range) = (count, width, height, channels, range);
        Samples = new float[checked(count * width * height * channels)];
        Classes = new int[count];
    }

    /// <summary>Images.</summary>
    public int Count { get; }

    /// <summary>Columns of each.</summary>
    public int Width { get; }

    /// <summary>Rows of each.</summary>
    public int Height { get; }

    /// <summary>Samples a pixel.</summary>
    public int Channels { get; }

    /// <summary>What black and white are.</summary>
    public SampleRange Range { get; }

    /// <summary>[Count, Height, Width, Channels].</summary>
    public float[] Samples { get; }

    /// <summary>[Count]: each image's class, from 0; 0 where there are none.</summary>
    public int[] Classes { get; }
}

/// <summary>What black and white are.</summary>
public enum SampleRange
{
    /// <summary>0 and 1.</summary>
    Unit,

    /// <summary>-1 and 1, as the hyperbolic tangent of generators has it.</summary>
    Signed,
}
