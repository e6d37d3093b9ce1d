namespace Mezzotint.Cli.Commands;

/// <summary>The folders that outputs go to: made and tried before the work, and removed after it if nothing came.</summary>
internal sealed class OutputFolders : IDisposable
{
    private readonly Stack<string> _made = new();

    /// <summary>The folders of a list of pictures, made ready. An input that is missing needs none: it is told of in its turn.</summary>
    /// <param name="jobs">The pictures.</param>
    /// <param name="make">Whether folders are made where they are missing.</param>
    /// <exception cref="MezzotintException">One is missing, or cannot be made or written to.</exception>
    public static OutputFolders For(IEnumerable<UpscaleJob> jobs, bool make)
    {
        var folders = new OutputFolders();
        IEnumerable<UpscaleJob> possible = jobs.Where(job => File.Exists(job.Input));
        try
        {
            foreach (string folder in possible.Select(job => Path.GetDirectoryName(Path.GetFullPath(job.Output))!).Distinct())
                folders.Prepare(folder, make);
            return folders;
        }
        catch
        {
            folders.Dispose();
            throw;
        }
    }

    /// <summary>Makes a folder ready.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="make">Whether it is made where it is missing.</param>
    /// <exception cref="MezzotintException">It is missing, or cannot be made or written to.</exception>
    public void Prepare(string folder, bool make)
    {
        try
        {
            if (make) Make(folder);
            else if (!Directory.Exists(folder))
                throw new MezzotintException($"There is no folder '{folder}' for the output; make it first.");
            string probe = Path.Combine(folder, $".mezzo-{Path.GetRandomFileName()}");
            using var _ = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new MezzotintException(
                $"Cannot write to the folder '{folder}': {fault.Message.TrimEnd('.')}; name another with -o.", fault);
        }
    }

    /// <summary>Removes the folders it made that are still empty.</summary>
    public void Dispose()
    {
        foreach (string folder in _made)
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
    }

    private void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent) Make(parent);
        Directory.CreateDirectory(folder);
        _made.Push(folder);
    }
}
