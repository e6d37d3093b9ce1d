namespace Mezzotint.Cli.Commands;

/// <summary>Cells of a grid of pictures.</summary>
/// <param name="Columns">Pictures in a row.</param>
/// <param name="Rows">Rows.</param>
internal sealed record GridSize(int Columns, int Rows)
{
    /// <summary>How many pictures it holds.</summary>
    public int Cells => Columns * Rows;
}
