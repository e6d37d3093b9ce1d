namespace Mezzotint;

/// <summary>
/// A fault in what was asked for or in the world outside: its message is one sentence for people that says what is wrong, where, and
/// what to do. Everything this house throws for such faults derives from it, so that a program can show the message and stop there.
/// </summary>
/// <remarks>
/// A message may quote a file from anywhere. What would steer a terminal or break the line in it (control characters, line separators,
/// marks that turn the direction of text) is shown as \uFFFD, and the middle of one beyond 2,000 characters is left out.
/// </remarks>
public class MezzotintException : Exception
{
    private const int Longest = 2_000;

    /// <summary>A fault with its sentence.</summary>
    public MezzotintException(string message)
        : base(Shown(message))
    {
    }

    /// <summary>A fault with its sentence and what lay beneath it.</summary>
    public MezzotintException(string message, Exception? cause)
        : base(Shown(message), cause)
    {
    }

    /// <summary>A text from anywhere as it may be shown on a line: nothing in it steers a terminal.</summary>
    public static string Shown(string text)
    {
        if (text.Length > Longest) text = $"{text[..(Longest / 2)]} ... {text[^(Longest / 2)..]}";
        return text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? text : string.Concat(text.Select(c => Steers(c) ? '\uFFFD' : c));
    }

    private static bool Steers(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
