using System.Globalization;

namespace Mezzotint.Cli.Commands;

/// <summary>Cells of a grid of pictures.</summary>
/// <param name="Columns">Pictures in a row.</param>
/// <param name="Rows">Rows.</param>
internal sealed record GridSize(int Columns, int Rows)
{
    private const int Longest = 256;

    /// <summary>How many pictures it holds.</summary>
    public int Cells => Columns * Rows;

    /// <summary>A size as 8x4; null where a text says none.</summary>
    public static GridSize? Parse(string text)
    {
        int[] sides = [.. text.Split('x').Select(side =>
            int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= Longest ? value : 0)];
        return sides is [> 0, > 0] ? new GridSize(sides[0], sides[1]) : null;
    }

    /// <summary>The size as 8x4.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Columns}x{Rows}");
}
