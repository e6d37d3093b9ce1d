namespace Mezzotint.Data;

/// <summary>One of the eight ways a square can lie: mirrored left to right or not, then turned clockwise by quarters.</summary>
/// <param name="Mirrored">Mirrored left to right.</param>
/// <param name="Quarters">Quarter turns clockwise, 0 to 3, after the mirroring.</param>
public readonly record struct Orientation(bool Mirrored, int Quarters)
{
    /// <summary>Where the pixel that comes to lie at (x, y) is taken from.</summary>
    /// <param name="x">Column in the turned square.</param>
    /// <param name="y">Row in it.</param>
    /// <param name="side">The square's side.</param>
    internal (int X, int Y) Source(int x, int y, int side)
    {
        int last = side - 1;
        (x, y) = Quarters switch
        {
            1 => (y, last - x),
            2 => (last - x, last - y),
            3 => (last - y, x),
            _ => (x, y),
        };
        return (Mirrored ? last - x : x, y);
    }
}
