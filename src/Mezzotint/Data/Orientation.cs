using System.Drawing;

namespace Mezzotint.Data;

/// <summary>One of the eight ways an image can lie: mirrored left to right or not, then turned clockwise by quarters.</summary>
/// <param name="Mirrored">Mirrored left to right.</param>
/// <param name="Quarters">Quarter turns clockwise, 0 to 3, after the mirroring.</param>
public readonly record struct Orientation(bool Mirrored, int Quarters)
{
    /// <summary>All eight, the upright one first.</summary>
    internal static IReadOnlyList<Orientation> All { get; } =
        [.. from mirrored in (bool[])[false, true] from quarters in Enumerable.Range(0, 4) select new Orientation(mirrored, quarters)];

    /// <summary>The one that undoes this one.</summary>
    internal Orientation Inverse => Mirrored ? this : new Orientation(false, (4 - Quarters) % 4);

    /// <summary>Where the pixel that comes to lie at (x, y) is taken from.</summary>
    /// <param name="x">Column in the turned image.</param>
    /// <param name="y">Row in it.</param>
    /// <param name="size">Columns and rows of the image before it is turned.</param>
    internal (int X, int Y) Source(int x, int y, Size size)
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
    internal Size Turn(Size size) => Quarters % 2 == 0 ? size : new Size(size.Height, size.Width);

    /// <summary>Where a part of an image comes to lie.</summary>
    /// <param name="part">The part.</param>
    /// <param name="size">Columns and rows of the image.</param>
    internal Rectangle Turn(Rectangle part, Size size)
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
    internal void Turn(ReadOnlySpan<float> samples, Size size, int channels, Span<float> turned)
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
