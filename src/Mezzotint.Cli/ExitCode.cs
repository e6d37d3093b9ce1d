namespace Mezzotint.Cli;

/// <summary>What the program's end says to a script.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>Part of the work failed, or something broke.</summary>
    public const int Failed = 1;

    /// <summary>The request itself, or the one input it names, is at fault.</summary>
    public const int Refused = 2;

    /// <summary>The user ended it.</summary>
    public const int Interrupted = 130;
}
