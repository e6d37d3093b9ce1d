using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using Mezzotint.Cli.Commands;

namespace Mezzotint.Cli;

/// <summary>
/// The verbs put together: reads the arguments, runs the verb, and turns whatever goes wrong into a sentence and an exit code.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs one call of the program.</summary>
    /// <param name="arguments">What the user wrote behind <c>mezzo</c>.</param>
    /// <param name="session">Where results and messages go, and what ends the call.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, Session session)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Print a stack trace with an error.", Recursive = true };
        var root = new RootCommand("Trains networks that generate images, runs them, and says how good they are.")
        {
            UpscaleCommand.Create(session, verbose),
            RestoreCommand.Create(session, verbose),
            StylizeCommand.Create(session, verbose),
            GenerateCommand.Create(session),
            InterpolateCommand.Create(session),
            TranslateCommand.Create(session, verbose),
            EvaluateCommand.Create(session),
            CompareCommand.Create(session, verbose),
            ReconstructCommand.Create(session),
            TrainCommand.Create(session),
            ResumeCommand.Create(session),
            ReportCommand.Create(session),
            ModelsCommand.Create(session),
            InspectCommand.Create(session),
            BlendCommand.Create(session),
            ExportCommand.Create(session),
            PlanCommand.Create(session, verbose),
            DoctorCommand.Create(session),
        };
        root.Options.Add(verbose);
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion(session);

        // A file may well be called @photo.png.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Refuse(parsed, session);
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = session.Output,
                Error = session.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // two seconds are not enough for a checkpoint; see Interruption
            });
        }
        catch (Exception exception)
        {
            var fault = Fault.Of(exception);
            fault.Report(session, exception, parsed.GetValue(verbose));
            return fault.ExitCode;
        }
    }

    private static int Refuse(ParseResult parsed, Session session)
    {
        var path = new List<string>();
        for (CommandResult? command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            path.Insert(0, command.Command is RootCommand ? "mezzo" : command.Command.Name);
        string verb = string.Join(' ', path);
        string what = parsed.CommandResult.Command is { Subcommands: { Count: > 0 } verbs }
            ? (parsed.UnmatchedTokens is [var word, ..] ? $"'{word}' is none of the verbs of '{verb}'" : $"'{verb}' needs a verb")
                + $" ({string.Join(", ", verbs.Select(command => command.Name))})"
            : parsed.Errors[0].Message.TrimEnd('.');
        session.Error.WriteLine($"{what}; see '{verb} --help'.");
        return ExitCode.Refused;
    }

    private sealed class PrintVersion(Session session) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            session.Output.WriteLine($"mezzo {version.Split('+')[0]}"); // behind the plus is the commit, which a release does not need
            return ExitCode.Done;
        }
    }
}
