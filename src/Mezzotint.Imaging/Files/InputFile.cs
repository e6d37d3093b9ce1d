namespace Mezzotint.Imaging.Files;

/// <summary>A file that somebody named, before it is opened: opening a pipe would wait for one who writes, perhaps for ever.</summary>
internal static class InputFile
{
    /// <summary>The bytes of a file, or of what a link leads to; 0 for a pipe or a device too, null where there is no file.</summary>
    public static long? Length(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        return file.Exists ? file.Length : null;
    }

    /// <summary>Opens a file to read it from its beginning.</summary>
    /// <exception cref="EndOfStreamException">It is empty, or a pipe or a device.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream Open(string path, int bufferSize = 1 << 12) => Length(path) == 0
        ? throw new EndOfStreamException("it is empty")
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize, FileOptions.SequentialScan);
}
