namespace Mezzotint.Imaging;

/// <summary>
/// A picture's file could not be written: the disk is full, or the place cannot be written to. What was there before is untouched.
/// </summary>
public sealed class PictureStorageException : PictureException
{
    // ENOSPC; EDQUOT of Linux; ERROR_DISK_FULL.
    private const int NoSpaceLeft = 28, QuotaExceeded = 122, FullOnWindows = unchecked((int)0x80070070);

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: which file, what is wrong, what to do.</param>
    /// <param name="inner">What the system said.</param>
    public PictureStorageException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>Whether the disk, or what of it its user may have, is full: the next picture would not find room either.</summary>
    public bool NoRoom => InnerException is { } cause && IsNoRoom(cause);

    /// <summary>Whether that is what the system said.</summary>
    internal static bool IsNoRoom(Exception cause) =>
        cause.HResult is NoSpaceLeft or FullOnWindows || (cause.HResult == QuotaExceeded && OperatingSystem.IsLinux());
}
