using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Files;

/// <summary>Files without a name, and naming them: what Linux can and the framework does not offer.</summary>
internal static partial class Posix
{
    private const int CurrentFolder = -100, FollowLinks = 0x400;
    private const int WriteOnly = 0x1, CloseOnExec = 0x80000, Nameless = 0x400000;

    /// <summary>Opens a file that no folder lists, on the file system of a folder; below zero where that is not possible.</summary>
    public static int OpenNameless(string folder)
    {
        if (!OperatingSystem.IsLinux()) return -1;
        // The kernel's numbers are those of the processor.
        int? aFolder = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 or Architecture.X86 => 0x10000,
            Architecture.Arm64 or Architecture.Arm => 0x4000,
            _ => null,
        };
        return aFolder is { } flag ? Open(folder, WriteOnly | CloseOnExec | Nameless | flag, 0x1B6 /* rw-rw-rw-, less the umask */) : -1;
    }

    /// <summary>Gives a nameless file a name that no file has yet.</summary>
    public static bool TryName(nint descriptor, string path) =>
        Link(CurrentFolder, $"/proc/self/fd/{descriptor}", CurrentFolder, path, FollowLinks) == 0;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int oldFolder, string oldPath, int newFolder, string newPath, int flags);
}
