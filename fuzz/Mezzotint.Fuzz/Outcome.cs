using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mezzotint.Fuzz;

/// <summary>How a reader answered: what is compared to tell new behaviour from known.</summary>
internal static class Outcome
{
    private const int Frames = 4;
    private const int LongestMessage = 4000;

    /// <summary>
    /// Where a refusal came from: the exceptions' types and the places in the code, to the instruction, that threw them and that called
    /// there. It stands for the branches that were taken, at no cost to the code under test.
    /// </summary>
    public static string Of(Exception fault)
    {
        var text = new StringBuilder();
        for (Exception? one = fault; one is not null; one = one.InnerException)
        {
            text.Append(one.GetType().Name);
            foreach (StackFrame frame in new StackTrace(one, fNeedFileInfo: false).GetFrames().Take(Frames))
                text.Append(CultureInfo.InvariantCulture, $" {frame.GetMethod()?.DeclaringType?.Name}.{frame.GetMethod()?.Name}+{frame.GetILOffset()}");
            text.Append('|');
        }

        return text.ToString();
    }

    /// <summary>Whether a refusal blames the disk, which has done nothing: the file is there and stays as it is.</summary>
    public static bool BlamesTheDisk(Exception fault)
    {
        for (Exception? one = fault; one is not null; one = one.InnerException)
            if (one is IOException and not EndOfStreamException) return true;
        return false;
    }

    /// <summary>What is wrong with the sentence of a refusal; null where nothing is.</summary>
    public static string? FaultOf(string message) =>
        message.Length == 0 ? "it says nothing"
        : message.Length > LongestMessage ? $"it is {message.Length} characters long"
        : message.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029') ? "it has control characters or several lines"
        : message[^1] is not ('.' or '?' or ')' or '!') ? "it is no whole sentence"
        : null;
}
