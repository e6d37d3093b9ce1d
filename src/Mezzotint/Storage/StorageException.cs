namespace Mezzotint.Storage;

/// <summary>A file could not be written; what was there before is untouched.</summary>
public sealed class StorageException(string message, Exception? cause = null) : MezzotintException(message, cause);
