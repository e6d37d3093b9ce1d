using Spectre.Console;

namespace Mezzotint.Cli;

/// <summary>
/// One call of the program: where results and messages go, and what ends it. Results go to standard output, everything for people to
/// standard error.
/// </summary>
internal sealed class Session
{
    // A table in a file need not fit a window.
    private const int WidthOfAFile = 160;

    // Each is set by a launcher that gathers the output of several processes through pseudo-terminals.
    private static readonly string[] RankVariables = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"];

    /// <summary>A call.</summary>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives progress and errors.</param>
    /// <param name="interactive">Whether a person watches standard error as it comes, so that progress can be bars.</param>
    /// <param name="cancellation">Ends the work.</param>
    public Session(TextWriter output, TextWriter error, bool interactive, CancellationToken cancellation)
    {
        (Output, Error, Interactive, Cancellation) = (output, error, interactive, cancellation);
        People = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(error),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
    }

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches standard error as it comes.</summary>
    public bool Interactive { get; }

    /// <summary>Ends the work.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Standard error, for bars; it knows colours unless NO_COLOR is set.</summary>
    public IAnsiConsole People { get; }

    /// <summary>Whether standard error is a terminal that moves its cursor, and not one of many that a launcher gathers.</summary>
    public static bool IsInteractive() =>
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb"
            && RankVariables.All(name => Environment.GetEnvironmentVariable(name) is null);

    /// <summary>A line for people, above bars if there are any.</summary>
    public void Say(string line)
    {
        if (Interactive) People.WriteLine(line);
        else Error.WriteLine(line);
    }

    /// <summary>A table of results on standard output.</summary>
    public void Write(Table table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Output) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthOfAFile;
        console.Write(table);
    }
}
