using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>A picture whose pixels are whole numbers that stand for something: a class, or an instance. They are never mixed.</summary>
public sealed class LabelMap
{
    /// <summary>A map of given values.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values">height x width numbers, row by row; they are kept, not copied.</param>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public LabelMap(int width, int height, int[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (values.Length != width * height)
            throw new ArgumentException($"{values.Length} values are not a map of {width}x{height}.", nameof(values));
        (Width, Height, Values) = (width, height, values);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The numbers, row by row.</summary>
    public int[] Values { get; }

    /// <summary>The number of a pixel.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    public int this[int x, int y] => Values[y * Width + x];

    /// <summary>
    /// The numbers of an instance map's file: of one channel, of 8 or 16 bits, as they are; of three, red + 256 green + 65536 blue.
    /// </summary>
    /// <exception cref="PictureException">The file is no picture.</exception>
    /// <exception cref="TrainingDataException">It has alpha, or two channels.</exception>
    public static LabelMap ReadInstances(string path)
    {
        Picture picture = Picture.Load(path);
        if (picture.Channels is not (1 or 3))
            throw new TrainingDataException($"The instance map '{path}' has {picture.Channels} channels; it needs one, or three of 8 bits.");
        ushort[] samples = new ushort[picture.Width * picture.Height * picture.Channels];
        if (picture.BitDepth == 16) picture.CopyTo(samples);
        else
        {
            byte[] bytes = new byte[samples.Length];
            picture.CopyTo(bytes);
            for (int i = 0; i < bytes.Length; i++) samples[i] = bytes[i];
        }

        int[] values = new int[picture.Width * picture.Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = picture.Channels == 1
                ? samples[i]
                : (samples[3 * i] & 255) + 256 * (samples[3 * i + 1] & 255) + 65_536 * (samples[3 * i + 2] & 255);
        }

        return new LabelMap(picture.Width, picture.Height, values);
    }

    /// <summary>The map at another size: each pixel takes the number of the nearest.</summary>
    public LabelMap Resize(int width, int height)
    {
        if ((width, height) == (Width, Height)) return this;
        int[] values = new int[width * height];
        int[] columns = [.. Enumerable.Range(0, width).Select(x => Nearest(x, width, Width))];
        for (int y = 0; y < height; y++)
        {
            int row = Nearest(y, height, Height) * Width;
            for (int x = 0; x < width; x++) values[y * width + x] = Values[row + columns[x]];
        }

        return new LabelMap(width, height, values);
    }

    /// <summary>The old pixel in which the middle of a new one lies.</summary>
    private static int Nearest(int index, int extent, int oldExtent) => (int)((2L * index + 1) * oldExtent / (2L * extent));
}
