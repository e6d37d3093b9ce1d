namespace Mezzotint.Cli.Commands;

/// <summary>A file or folder that an input means.</summary>
/// <param name="Path">It.</param>
/// <param name="Folders">The folders that a search by ** went into to find it, or nothing: what an output folder keeps of its
/// place.</param>
internal sealed record GlobMatch(string Path, string Folders)
{
    /// <summary>Where its outputs go in an output folder.</summary>
    /// <param name="output">The folder, or null for beside the inputs.</param>
    public string? Under(string? output) => output is null ? null : System.IO.Path.Combine(output, Folders);
}
