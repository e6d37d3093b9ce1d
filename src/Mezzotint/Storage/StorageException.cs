namespace Mezzotint.Storage;

/// <summary>A file could not be written; what was there before is untouched.</summary>
public sealed class StorageException(string message, Exception? cause = null) : MezzotintException(message, cause)
{
    /// <summary>
    /// Whether the disk, or what the user may have of it, is full: the request is right, and the same request may do once there is room.
    /// </summary>
    public bool NoRoom => InnerException is { } cause && Disk.HasNoRoom(cause);
}
