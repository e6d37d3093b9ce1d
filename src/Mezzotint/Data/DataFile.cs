namespace Mezzotint.Data;

/// <summary>A file that a training learns from or is judged by.</summary>
/// <param name="Name">Its path within the folder it was found in, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
public sealed record DataFile(string Name, long Bytes)
{
    /// <summary>A file as it is, by its name alone.</summary>
    internal static DataFile Of(string path) => new(Path.GetFileName(path), new FileInfo(path).Length);
}
