using System.Drawing;

namespace Mezzotint.Imaging;

/// <summary>One of the eight ways an image can lie: mirrored left to right or not, then turned clockwise by quarters.</summary>
/// <param name="Mirrored">Mirrored left to right.</param>
/// <param name="Quarters">Quarter turns clockwise, 0 to 3, after the mirroring.</param>
public readonly record struct Orientation(bool Mirrored, int Quarters)
{
    /// <summary>All eight, the upright one first.</summary>
    public static IReadOnlyList<Orientation> All { get; } =
        [.. from mirrored in (bool[])[false, true] from quarters in Enumerable.Range(0, 4) select new Orientation(mirrored, quarters)];

    /// <summary>The one that undoes this one.</summary>
    public Orientation Inverse => Mirrored ? this : new Orientation(false, (4 - Quarters) % 4);

    /// <summary>What stands a stored picture upright whose EXIF names an orientation, 1 to 8 (EXIF 2.32, 4.6.4).</summary>
    /// <param name="orientation">The tag's value.</param>
    internal static Orientation OfExif(int orientation) => orientation switch
    {
        2 => new(true, 0),
        3 => new(false, 2),
        4 => new(true, 2),
        5 => new(true, 3),
        6 => new(false, 1),
        7 => new(true, 1),
        8 => new(false, 3),
        _ => default,
    };

    /// <summary>Where the pixel that comes to lie at (x, y) is taken from.</summary>
    /// <param name="x">Column in the turned image.</param>
    /// <param name="y">Row in it.</param>
    /// <param name="size">Columns and rows of the image before it is turned.</param>
    public (int X, int Y) Source(int x, int y, Size size)
    {
        int right = size.Width - 1, bottom = size.Height - 1;
        (x, y) = Quarters switch
        {
            1 => (y, bottom - x),
            2 => (right - x, bottom - y),
            3 => (right - y, x),
            _ => (x, y),
        };
        return (Mirrored ? right - x : x, y);
    }

    /// <summary>Columns and rows of an image that is turned.</summary>
    /// <param name="size">Those it had.</param>
    public Size Turn(Size size) => Quarters % 2 == 0 ? size : new Size(size.Height, size.Width);

    /// <summary>Where a part of an image comes to lie.</summary>
    /// <param name="part">The part.</param>
    /// <param name="size">Columns and rows of the image.</param>
    public Rectangle Turn(Rectangle part, Size size)
    {
        Orientation back = Inverse;
        Size turned = Turn(size);
        var (x, y) = back.Source(part.Left, part.Top, turned);
        var (otherX, otherY) = back.Source(part.Right - 1, part.Bottom - 1, turned);
        return new Rectangle(new Point(Math.Min(x, otherX), Math.Min(y, otherY)), Turn(part.Size));
    }

    /// <summary>Turns an image.</summary>
    /// <param name="samples">Rows of interleaved samples.</param>
    /// <param name="size">Columns and rows.</param>
    /// <param name="channels">Samples of a pixel.</param>
    /// <param name="turned">Receives the samples of the turned image.</param>
    public void Turn<T>(ReadOnlySpan<T> samples, Size size, int channels, Span<T> turned)
    {
        Size after = Turn(size);
        for (int y = 0, to = 0; y < after.Height; y++)
        {
            for (int x = 0; x < after.Width; x++)
            {
                var (fromX, fromY) = Source(x, y, size);
                int from = (fromY * size.Width + fromX) * channels;
                for (int c = 0; c < channels; c++) turned[to++] = samples[from + c];
            }
        }
    }
}
