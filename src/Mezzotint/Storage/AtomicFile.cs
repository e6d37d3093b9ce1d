using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mezzotint.Storage;

/// <summary>
/// Files that appear whole or not at all: written beside their place, flushed to the disk, renamed, and the folder flushed. Killed at any
/// instant, a write leaves the old file or the new one, and at most a temporary that the next write of the same file removes.
/// </summary>
/// <remarks>A temporary is named <c>.NAME.PROCESS-RANDOM.partial</c>: hidden, in the same folder (a rename across file systems is no
/// rename).</remarks>
public static class AtomicFile
{
    private const string Suffix = ".partial";
    private const int BufferBytes = 1 << 16;

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; if it throws, nothing has changed and its exception passes through unless the disk was at
    /// fault.</param>
    /// <exception cref="StorageException">The disk is full, the folder missing or not writable; the old file is intact.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw Refused(path, "it is a folder", null);
        string name = Path.GetFileName(full);
        if (name.Length == 0 || Directory.Exists(full))
            throw Refused(path, "it is a folder", null);
        if (!Directory.Exists(folder))
            throw Refused(path, $"the folder '{folder}' does not exist", null);

        string temporary = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
            $".{name}.{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}{Suffix}"));
        try
        {
            ClearAbandoned(folder, name);
            using (var file = new DiskFile(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                // Not disposed of: it would write what is left once more, and there is none but after a fault.
                var stream = new BufferedStream(file, BufferBytes);
                write(stream);
                stream.Flush();
                file.FlushToDisk();
            }
            Disk.Rename(temporary, full);
            Disk.FlushFolder(folder);
        }
        catch (Exception fault)
        {
            TryDelete(temporary);
            if (fault is IOException or UnauthorizedAccessException)
                throw Refused(path, Disk.Reason(fault), fault);
            throw;
        }
    }

    /// <summary>Writes a text file (UTF-8, no byte-order mark) whole or not at all.</summary>
    /// <exception cref="StorageException">The disk is full, the folder missing or not writable; the old file is intact.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Removes every temporary in a folder, whoever left it: for a folder that only the caller writes to. Returns how many there were.
    /// </summary>
    public static int ClearTemporaries(string folder)
    {
        int cleared = 0;
        if (Directory.Exists(folder))
        {
            foreach (string path in Directory.EnumerateFiles(folder, ".*" + Suffix).ToList())
                cleared += TryDelete(path) ? 1 : 0;
        }
        return cleared;
    }

    /// <summary>Removes temporaries of one file whose writer is no more; one of a living process may still be wanted.</summary>
    private static void ClearAbandoned(string folder, string name)
    {
        string prefix = "." + name + ".";
        foreach (string path in Directory.EnumerateFiles(folder, ".*" + Suffix).ToList())
        {
            string found = Path.GetFileName(path);
            if (!found.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            string writer = found[prefix.Length..^Suffix.Length].Split('-')[0];
            if (int.TryParse(writer, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !IsAlive(process))
                TryDelete(path);
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            Disk.Delete(path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static StorageException Refused(string path, string reason, Exception? cause) =>
        new($"Cannot write '{path}': {reason}.", cause);
}
