using System.Drawing;
using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>A part of an image to compute, and the larger part of the input that this takes.</summary>
/// <param name="Core">What is computed, in input pixels.</param>
/// <param name="Input">What is read for it.</param>
internal readonly record struct Tile(Rectangle Core, Rectangle Input)
{
    /// <summary>How many columns of the input left of the core are read.</summary>
    public int Left => Core.X - Input.X;

    /// <summary>How many rows above it.</summary>
    public int Top => Core.Y - Input.Y;
}

/// <summary>
/// Cuts an image into tiles that overlap by what a pixel of the output sees, so that the tiles' cores put together are the image computed
/// whole, to the bit. A margin is only as wide as the image goes on: at the image's own edge the network pads as it always does.
/// </summary>
internal static class Tiling
{
    /// <summary>The cores, row by row from the top.</summary>
    /// <param name="size">Columns and rows of the image.</param>
    /// <param name="side">The side of a core.</param>
    public static IEnumerable<Rectangle> Cut(Size size, int side)
    {
        for (int y = 0; y < size.Height; y += side)
            for (int x = 0; x < size.Width; x += side) yield return new Rectangle(x, y, Math.Min(side, size.Width - x), Math.Min(side, size.Height - y));
    }

    /// <summary>A core with what is read for it: the squares of the grid that it lies in, and the margin around them.</summary>
    /// <param name="core">The core, anywhere in the image.</param>
    /// <param name="size">Columns and rows of the image.</param>
    /// <param name="fit">What the network asks for.</param>
    public static Tile Around(Rectangle core, Size size, TileFit fit)
    {
        int left = Before(core.Left), top = Before(core.Top);
        return new Tile(core, Rectangle.FromLTRB(left, top, Behind(core.Right, size.Width), Behind(core.Bottom, size.Height)));

        int Before(int start) => Math.Max(0, start / fit.Grid * fit.Grid - fit.Margin);
        int Behind(int stop, int end) => Math.Min(end, (stop + fit.Grid - 1) / fit.Grid * fit.Grid + fit.Margin);
    }
}
