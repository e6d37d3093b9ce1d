namespace Mezzotint.Data;

/// <summary>A file that is not used, and why.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">A sentence.</param>
/// <param name="Broken">Whether something is wrong with the file; false where it is merely unsuited, such as too small.</param>
public sealed record SkippedFile(string Path, string Reason, bool Broken);
