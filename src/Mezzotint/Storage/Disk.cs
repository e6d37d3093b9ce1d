using System.Runtime.InteropServices;

namespace Mezzotint.Storage;

/// <summary>What the framework does not offer of the disk: making a folder's entries durable.</summary>
internal static partial class Disk
{
    private const int Einval = 22;

    /// <summary>
    /// Flushes a folder, so that files renamed in it are still so after a power cut. Does nothing on Windows, which has no such call.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        try
        {
            // Some network file systems do not flush folders and say so with EINVAL: they offer nothing stronger.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is int error && error != Einval)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
