using System.Runtime.InteropServices;

namespace Mezzotint.Storage;

/// <summary>
/// Sees every call that changes the disk, before it is made. What it throws comes out of the call, which then is not made: so a test can
/// let the disk be full, or the process die, at any of them.
/// </summary>
/// <param name="call">The call.</param>
/// <param name="path">The file or folder.</param>
/// <param name="file">The file that is written to, so that a part can be; null where nothing is written.</param>
/// <param name="bytes">What is to be written.</param>
internal delegate void DiskWitness(DiskCall call, string path, FileStream? file, ReadOnlySpan<byte> bytes);

/// <summary>
/// Every call by which this house changes the disk, in one place; with what the framework does not offer: durable folders.
/// </summary>
internal static partial class Disk
{
    private const int Einval = 22, Enospc = 28, Erofs = 30, Edquot = 122;
    private const int FullOnWindows = unchecked((int)0x80070070);

    /// <summary>Sees the calls made from here on, in this flow of control and those it starts; null for nobody.</summary>
    public static AsyncLocal<DiskWitness?> Witness { get; } = new();

    /// <summary>Lets the witness see a call.</summary>
    public static void Announce(DiskCall call, string path, FileStream? file = null, ReadOnlySpan<byte> bytes = default) =>
        Witness.Value?.Invoke(call, path, file, bytes);

    /// <summary>Gives a file another name, in the place of what had it.</summary>
    public static void Rename(string path, string name)
    {
        Announce(DiskCall.Rename, name);
        File.Move(path, name, overwrite: true);
    }

    /// <summary>Removes a file; none there is as good.</summary>
    public static void Delete(string path)
    {
        Announce(DiskCall.Delete, path);
        File.Delete(path);
    }

    /// <summary>Makes a folder, where there is none.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path)) return;
        Announce(DiskCall.MakeFolder, path);
        Directory.CreateDirectory(path);
    }

    /// <summary>
    /// Flushes a folder, so that files renamed in it are still so after a power cut. Does nothing on Windows, which has no such call.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void FlushFolder(string folder)
    {
        Announce(DiskCall.FlushFolder, folder);
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

    /// <summary>Whether a call failed because the disk, or what the user may have of it, is full.</summary>
    public static bool HasNoRoom(Exception fault) => fault.HResult is Enospc or FullOnWindows || (fault.HResult == Edquot && OperatingSystem.IsLinux());

    /// <summary>Why a call failed, as the end of a sentence without its full stop.</summary>
    public static string Reason(Exception fault) => fault switch
    {
        { HResult: Enospc or FullOnWindows } => "the disk is full; free some space",
        { HResult: Edquot } when OperatingSystem.IsLinux() => "the disk's quota is used up; free some space",
        { HResult: Erofs } => "the file system is read-only",
        UnauthorizedAccessException => "permission is denied",
        _ => fault.Message.TrimEnd('.'),
    };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
