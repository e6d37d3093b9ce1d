using System.Runtime.InteropServices;

namespace Mezzotint.Fuzz;

/// <summary>What native code finds in memory that it has asked for and not yet written.</summary>
internal static partial class NativeHeap
{
    private const int Perturb = -6; // M_PERTURB of glibc's malloc.h
    private const int One = 0x33, Other = 0xC5;

    /// <summary>
    /// Whether something depends on memory that nobody wrote: whether it differs when fresh memory holds another pattern. False where the C
    /// library fills memory with none, which only glibc does.
    /// </summary>
    /// <param name="make">Makes it.</param>
    /// <param name="equals">Whether what is made now equals what was made before.</param>
    public static bool Shows<T>(Func<T> make, Func<T, T, bool> equals)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out _)) return false;
        try
        {
            _ = Mallopt(Perturb, One);
            T first = make();
            _ = Mallopt(Perturb, Other);
            return !equals(first, make());
        }
        finally
        {
            _ = Mallopt(Perturb, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
