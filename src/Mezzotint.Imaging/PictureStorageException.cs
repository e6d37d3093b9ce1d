namespace Mezzotint.Imaging;

/// <summary>A picture's file could not be written: the disk is full, or the place cannot be written to. What was there before is untouched.</summary>
public sealed class PictureStorageException : PictureException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: which file, what is wrong, what to do.</param>
    /// <param name="inner">What the system said.</param>
    public PictureStorageException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
