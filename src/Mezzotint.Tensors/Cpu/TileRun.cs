namespace Mezzotint.Tensors.Cpu;

/// <summary>Tiles of a row of results, one beside the other, that are as wide as each other and see the same taps.</summary>
/// <param name="Column">The first tile's first pixel.</param>
/// <param name="Pixels">Of a tile.</param>
/// <param name="Tiles">How many they are.</param>
/// <param name="FirstTap">The first tap that touches the source in any of them.</param>
/// <param name="EndTap">One more than the last such tap.</param>
internal readonly record struct TileRun(int Column, int Pixels, int Tiles, int FirstTap, int EndTap)
{
    /// <summary>One more than the last tile's last pixel.</summary>
    public int End => Column + Pixels * Tiles;

    /// <summary>The longest run from a column on, where the columns up to an end are cut evenly into tiles of at most so many.</summary>
    public static TileRun From(int column, int end, int most, CorrelationAxis axis, in AxisPhase phase)
    {
        (int alike, int pixels) = Cut.Run(end - column, most);
        (int first, int endTap) = axis.TapsInside(phase, column, pixels);
        int tiles = 1;
        while (tiles < alike && axis.TapsInside(phase, column + tiles * pixels, pixels) == (first, endTap)) tiles++;
        return new(column, pixels, tiles, first, endTap);
    }
}
