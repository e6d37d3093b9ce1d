using System.Text.Json;

namespace Mezzotint.Cli.Tests;

/// <summary>One call of the program, made in this process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What went to standard output.</param>
/// <param name="Error">What went to standard error.</param>
internal sealed record Call(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document that standard output is.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of standard error that are no progress.</summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("Enlarging ", StringComparison.Ordinal) && !line.StartsWith("Restoring ", StringComparison.Ordinal)),
    ];

    public static Call Of(params string[] arguments) => Of(false, CancellationToken.None, arguments);

    public static Call Of(bool interactive, CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int exitCode = CommandLine.Run(arguments, new Session(output, error, interactive, cancellation));
        return new Call(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that the call was refused with one sentence, which says this, and gave no result.</summary>
    public void Refuses(string part, int exitCode = Cli.ExitCode.Refused)
    {
        Assert.Contains(part, Assert.Single(Complaints), StringComparison.Ordinal);
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
    }
}
