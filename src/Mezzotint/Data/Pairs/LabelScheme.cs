using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>
/// What the numbers or colours of label maps mean: classes from 0 up, and numbers that say nothing is known. Maps that it reads have
/// numbers from 0 to below <see cref="Classes"/>, and <see cref="Classes"/> itself where nothing is known.
/// </summary>
public sealed class LabelScheme
{
    private const int FarthestOfLossy = 3 * 64 * 64;
    private const int None = -1, Several = -2;

    private readonly HashSet<int> _void;

    /// <summary>A scheme.</summary>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="voids">Numbers that say nothing is known; they may be among the classes' or not.</param>
    /// <param name="palette">The classes' colours, where maps are in colours; null where they are in numbers.</param>
    public LabelScheme(int classes, IEnumerable<int>? voids = null, Palette? palette = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (Classes, Palette) = (classes, palette);
        _void = [.. voids ?? []];
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>The numbers that say nothing is known.</summary>
    public IEnumerable<int> Void => _void.Order();

    /// <summary>The classes' colours, or null where maps are in numbers.</summary>
    public Palette? Palette { get; }

    /// <summary>Reads a label map.</summary>
    /// <exception cref="PictureException">The file is no picture.</exception>
    /// <exception cref="TrainingDataException">A number or colour stands for no class, or the picture is no label map.</exception>
    public LabelMap Read(string path) => Read(Picture.Load(path), path);

    /// <summary>Reads a picture that is a label map.</summary>
    /// <param name="picture">The map, or a part of it.</param>
    /// <param name="path">The file it is of.</param>
    /// <exception cref="TrainingDataException">A number or colour stands for no class, or the picture is no label map.</exception>
    public LabelMap Read(Picture picture, string path)
    {
        int[] values = Values(picture, path);
        for (int i = 0; i < values.Length; i++)
        {
            if (_void.Contains(values[i])) values[i] = Classes;
            else if (values[i] >= Classes || values[i] < 0)
            {
                throw new TrainingDataException(
                    $"The label map '{path}' has the label {values[i]} at column {i % picture.Width}, row {i / picture.Width}, and {Classes} classes "
                    + $"have labels from 0 to {Classes - 1}; raise data.classes, or name it in data.void.");
            }
        }

        return new LabelMap(picture.Width, picture.Height, values);
    }

    /// <summary>Counts a map's labels, whether they stand for classes or not.</summary>
    /// <param name="picture">The map, or a part of it.</param>
    /// <param name="path">The file it is of.</param>
    /// <param name="pixels">Added to: each class's pixels, and last those that say nothing.</param>
    /// <returns>Pixels of each label that stands for no class.</returns>
    /// <exception cref="TrainingDataException">The picture is no label map, or has a colour that the palette has not.</exception>
    internal IReadOnlyDictionary<int, long> Count(Picture picture, string path, long[] pixels)
    {
        var strangers = new Dictionary<int, long>();
        foreach (int value in Values(picture, path))
        {
            if (_void.Contains(value)) pixels[Classes]++;
            else if (value >= 0 && value < Classes) pixels[value]++;
            else strangers[value] = strangers.GetValueOrDefault(value) + 1;
        }

        return strangers;
    }

    private int[] Values(Picture picture, string path)
    {
        bool lossy = !Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);
        return Palette is not null ? OfColours(picture, path, lossy) : OfNumbers(picture, path);
    }

    private int[] OfNumbers(Picture picture, string path)
    {
        PngLabels? png = PngLabels.Of(path);
        int[] values = new int[picture.Width * picture.Height];
        if (png is { Colours.Count: > 0 } && picture.Channels >= 3)
        {
            Dictionary<int, int> indices = Indices(png);
            byte[] bytes = Bytes(picture.WithBitDepth(8));
            for (int i = 0; i < values.Length; i++)
            {
                int colour = ColourAt(bytes, i, picture.Channels);
                values[i] = indices.GetValueOrDefault(colour, None);
                if (values[i] >= 0) continue;
                throw new TrainingDataException(
                    $"The label map '{path}' has the colour #{colour:x6} at column {i % picture.Width}, row {i / picture.Width}, which "
                    + (values[i] == None ? "its own palette has not; it is damaged, get a whole copy of it."
                        : "its palette has for several labels, so that they cannot be told apart; save it in grey, or with a colour for each."));
            }

            return values;
        }

        if (picture.Channels != 1)
        {
            throw new TrainingDataException(
                $"'{path}' has {picture.Channels} channels, and a label map in numbers has one; for one in colours set data.labels: colours and data.palette.");
        }

        if (picture.BitDepth == 16)
        {
            ushort[] samples = new ushort[values.Length];
            picture.CopyTo(samples);
            for (int i = 0; i < values.Length; i++) values[i] = samples[i];
            return values;
        }

        int stretch = png is { BitDepth: 1 or 2 or 4 } ? 255 / ((1 << png.BitDepth) - 1) : 1;
        byte[] grey = Bytes(picture);
        for (int i = 0; i < values.Length; i++) values[i] = grey[i] / stretch;
        return values;
    }

    /// <summary>
    /// The numbers of a palette's colours; <see cref="Several"/> of one that several labels have. What is beyond the classes fills the
    /// palette up, as a rule with a colour that is there already, and does not count.
    /// </summary>
    private Dictionary<int, int> Indices(PngLabels png)
    {
        var indices = new Dictionary<int, int>();
        for (int i = 0; i < png.Colours.Count; i++)
            if (!indices.TryAdd(png.Colours[i], i) && (i < Classes || _void.Contains(i))) indices[png.Colours[i]] = Several;
        return indices;
    }

    private int[] OfColours(Picture picture, string path, bool lossy)
    {
        Picture colours = picture.WithBitDepth(8).ToColour();
        byte[] bytes = Bytes(colours);
        int[] values = new int[picture.Width * picture.Height];
        for (int i = 0; i < values.Length; i++)
        {
            int colour = ColourAt(bytes, i, colours.Channels);
            values[i] = lossy ? Palette!.Nearest(colour) : Palette!.Find(colour);
            if (values[i] >= 0 && (!lossy || Distance(colour, Palette.Entries[values[i]].Colour) <= FarthestOfLossy)) continue;
            throw new TrainingDataException(
                $"The label map '{path}' has the colour #{colour:x6} at column {i % picture.Width}, row {i / picture.Width}, which the palette has no "
                + "class for; add it to data.palette.");
        }

        return values;
    }

    private static int Distance(int a, int b)
    {
        int red = (a >> 16) - (b >> 16), green = ((a >> 8) & 255) - ((b >> 8) & 255), blue = (a & 255) - (b & 255);
        return red * red + green * green + blue * blue;
    }

    private static int ColourAt(byte[] bytes, int pixel, int channels)
    {
        int at = pixel * channels;
        return (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    }

    private static byte[] Bytes(Picture picture)
    {
        byte[] bytes = new byte[picture.Width * picture.Height * picture.Channels];
        picture.CopyTo(bytes);
        return bytes;
    }
}
