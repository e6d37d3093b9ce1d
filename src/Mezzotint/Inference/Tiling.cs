using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>A square of an image to compute, and the larger part of the input that this takes.</summary>
/// <param name="X">The first column of the core, in input pixels.</param>
/// <param name="Y">The first row of the core.</param>
/// <param name="Width">Columns of the core.</param>
/// <param name="Height">Rows of the core.</param>
/// <param name="Left">How many columns of the input left of the core are read.</param>
/// <param name="Top">How many rows above it.</param>
/// <param name="Right">How many columns right of it.</param>
/// <param name="Bottom">How many rows below it.</param>
internal readonly record struct Tile(int X, int Y, int Width, int Height, int Left, int Top, int Right, int Bottom)
{
    public int InputX => X - Left;

    public int InputY => Y - Top;

    public int InputWidth => Left + Width + Right;

    public int InputHeight => Top + Height + Bottom;
}

/// <summary>
/// Cuts an image into tiles that overlap by what a pixel of the output sees, so that the tiles' cores put together are the image computed
/// whole, to the bit. A margin is only as wide as the image goes on: at the image's own edge the network pads as it always does.
/// </summary>
internal static class Tiling
{
    public static IEnumerable<Tile> Cut(int width, int height, int side, int margin)
    {
        for (int y = 0; y < height; y += side)
        {
            for (int x = 0; x < width; x += side)
            {
                int w = Math.Min(side, width - x), h = Math.Min(side, height - y);
                yield return new Tile(
                    x, y, w, h, Math.Min(margin, x), Math.Min(margin, y), Math.Min(margin, width - x - w), Math.Min(margin, height - y - h));
            }
        }
    }
}
