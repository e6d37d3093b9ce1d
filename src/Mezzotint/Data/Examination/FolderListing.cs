using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>What a folder holds: the pictures that a training would look for, and what it would not.</summary>
/// <param name="Pictures">Files with a picture's ending, as a training lists them.</param>
/// <param name="PassedBy">Pictures with another ending, and pictures of formats that are not read.</param>
/// <param name="EmptyFolders">Folders without a picture in them or below; of those within one another the outermost.</param>
internal sealed record FolderListing(IReadOnlyList<string> Pictures, IReadOnlyList<string> PassedBy, IReadOnlyList<string> EmptyFolders)
{
    private static readonly HashSet<string> OtherFormats = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".gif", ".jp2", ".jxl", ".ppm", ".pgm", ".tga", ".psd", ".dng", ".cr2", ".nef", ".arw", ".exr", ".hdr",
    };

    /// <summary>Lists a folder and its subfolders; what is hidden is passed by.</summary>
    /// <exception cref="TrainingDataException">It is missing or unreadable.</exception>
    public static FolderListing Of(string folder)
    {
        IReadOnlyList<string> pictures = PhotographFolder.List(folder);
        try
        {
            string[] others =
            [
                .. FolderTree.Files(folder).Where(path => !PictureFormats.HasPictureExtension(path) && IsPicture(path)).Order(StringComparer.Ordinal),
            ];
            var full = new HashSet<string>(StringComparer.Ordinal);
            foreach (string picture in pictures)
                for (string? above = Path.GetDirectoryName(picture); above is not null && full.Add(above); above = Path.GetDirectoryName(above)) { }
            string[] empty = [.. FolderTree.Folders(folder).Skip(1).Where(path => !full.Contains(path)).Order(StringComparer.Ordinal)];
            var missing = empty.ToHashSet(StringComparer.Ordinal);
            return new FolderListing(pictures, others, [.. empty.Where(path => !missing.Contains(Path.GetDirectoryName(path)!))]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TrainingDataException($"Cannot list the folder '{folder}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    private static bool IsPicture(string path)
    {
        if (OtherFormats.Contains(Path.GetExtension(path))) return true;
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 } && PictureFormats.OfFile(path) is not null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // a training would not read it either
        }
    }
}
