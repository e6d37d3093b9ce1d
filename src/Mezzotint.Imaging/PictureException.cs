namespace Mezzotint.Imaging;

/// <summary>
/// A picture could not be read or written. The message is one sentence for the user: which file, what is wrong with it, what to do.
/// </summary>
public class PictureException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: which file, what is wrong, what to do.</param>
    /// <param name="inner">What a library said, for those who look closer.</param>
    public PictureException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
