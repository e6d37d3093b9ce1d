namespace Mezzotint;

/// <summary>
/// A fault in what was asked for or in the world outside: its message is one sentence for people that says what is wrong, where, and
/// what to do. Everything this house throws for such faults derives from it, so that a program can show the message and stop there.
/// </summary>
public class MezzotintException : Exception
{
    /// <summary>A fault with its sentence.</summary>
    public MezzotintException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with its sentence and what lay beneath it.</summary>
    public MezzotintException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
