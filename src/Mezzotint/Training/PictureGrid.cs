using Mezzotint.Imaging;

namespace Mezzotint.Training;

/// <summary>Pictures side by side in rows, for people to look at.</summary>
public static class PictureGrid
{
    private const int Gap = 4;

    /// <summary>One picture of rows of colour pictures, each in a cell of a fixed side, on white.</summary>
    /// <param name="rows">The pictures, 8-bit; none larger than a cell. Grey ones become colour.</param>
    /// <param name="side">The side of a cell, in pixels.</param>
    /// <param name="columns">Cells in a row.</param>
    public static Picture Of(IReadOnlyList<Picture[]> rows, int side, int columns) => Of(rows, side, side, columns);

    /// <summary>One picture of rows of colour pictures, each in a cell of a fixed size, on white.</summary>
    /// <param name="rows">The pictures, 8-bit; none larger than a cell. Grey ones become colour.</param>
    /// <param name="cellWidth">Columns of a cell, in pixels.</param>
    /// <param name="cellHeight">Rows of a cell, in pixels.</param>
    /// <param name="columns">Cells in a row.</param>
    public static Picture Of(IReadOnlyList<Picture[]> rows, int cellWidth, int cellHeight, int columns)
    {
        int width = columns * (cellWidth + Gap) + Gap, height = rows.Count * (cellHeight + Gap) + Gap;
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, byte.MaxValue);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < rows[row].Length; column++)
            {
                Picture picture = rows[row][column].Flatten().ToColour().WithBitDepth(8);
                var samples = new byte[picture.Width * picture.Height * 3];
                picture.CopyTo(samples);
                for (int y = 0; y < picture.Height; y++)
                {
                    int to = ((Gap + row * (cellHeight + Gap) + y) * width + Gap + column * (cellWidth + Gap)) * 3;
                    samples.AsSpan(y * picture.Width * 3, picture.Width * 3).CopyTo(pixels.AsSpan(to));
                }
            }
        }

        return Picture.FromSamples(pixels, width, height, 3);
    }
}
