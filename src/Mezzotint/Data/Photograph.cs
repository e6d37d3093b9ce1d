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

    /// <summary>
    /// Refuses a file that is no more what it was. A broken file is a property of the data, and the next takes its place; one that was lost
    /// or changed would make this another training.
    /// </summary>
    /// <exception cref="TrainingDataException">It has been lost or changed.</exception>
    internal void RequireAsFound()
    {
        var file = new FileInfo(Path);
        if (!file.Exists) throw new TrainingDataException($"The photograph '{Path}' has been lost since the training was opened; put it back.");
        if (file.Length != Bytes)
            throw new TrainingDataException($"The photograph '{Path}' has changed since the training was opened; put it back as it was.");
    }
}
