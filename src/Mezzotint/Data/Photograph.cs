namespace Mezzotint.Data;

/// <summary>A picture file to learn from or to judge by.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its path within the folder it was found in, with forward slashes.</param>
/// <param name="Width">Columns of the upright picture.</param>
/// <param name="Height">Its rows.</param>
public sealed record Photograph(string Path, string Name, int Width, int Height)
{
    /// <summary>The file's length when it was found.</summary>
    public long Bytes { get; init; }
}
