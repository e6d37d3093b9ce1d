using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Mezzotint.Imaging.Files;

/// <summary>
/// A file that appears whole, when it is committed, or not at all. Where the system can, it has no name until then, so that even a killed
/// process leaves nothing behind; elsewhere it is hidden beside its place, and the next that is written there removes what the dead left.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    private const string Suffix = ".partial";
    private const int Buffer = 1 << 16;

    private readonly string _path, _folder, _temporary;
    private readonly bool _nameless;
    private bool _committed;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it will appear.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public PendingFile(string path)
    {
        _path = Path.GetFullPath(path);
        _folder = Path.GetDirectoryName(_path)!;
        _temporary = Path.Combine(_folder, string.Create(
            CultureInfo.InvariantCulture, $".{Path.GetFileName(_path)}.{Environment.ProcessId}-{Path.GetRandomFileName()}{Suffix}"));
        int descriptor = Posix.OpenNameless(_folder);
        _nameless = descriptor >= 0;
        if (_nameless)
        {
            Stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, Buffer);
        }
        else
        {
            ClearAbandoned();
            Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, Buffer);
        }
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Makes the file appear, in the place of one that is there.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        if (_nameless)
        {
            nint descriptor = Stream.SafeFileHandle.DangerousGetHandle();
            if (!File.Exists(_path) && Posix.TryName(descriptor, _path))
            {
                _committed = true;
                return;
            }

            // A name that is taken can only be taken over by a rename.
            ClearAbandoned();
            if (!Posix.TryName(descriptor, _temporary)) throw new IOException("the system does not let the finished file be named");
        }

        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!_committed)
        {
            // What is left in the buffer may not fit on a full disk; it is given up anyway.
        }

        if (!_committed) File.Delete(_temporary);
    }

    /// <summary>Removes what processes that are no more have left in this folder.</summary>
    private void ClearAbandoned()
    {
        foreach (string path in Directory.EnumerateFiles(_folder, ".*" + Suffix).ToList())
        {
            string[] parts = Path.GetFileName(path)[..^Suffix.Length].Split('.');
            // .NAME.PROCESS-RANDOM.RANDOM: a random name has a dot of its own.
            if (parts.Length < 4 || !int.TryParse(parts[^2].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process)) continue;
            if (!IsAlive(process)) File.Delete(path);
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
