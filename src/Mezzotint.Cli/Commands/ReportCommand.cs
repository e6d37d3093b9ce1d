using System.CommandLine;
using Mezzotint.Families;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo report</c>: a run as a page for people.</summary>
internal static class ReportCommand
{
    public static Command Create(Session session)
    {
        var run = new Argument<string>("RUN") { Description = "The run's folder; its training may go on meanwhile." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The page, an HTML file that needs nothing else. [default: report.html in the run's folder]",
            HelpName = "OUT",
        };
        var command = new Command("report", "Write a page about a training: curves, samples over time, warnings, the recipe.") { run.NoOption(), output };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(run);
            RunReport report = RunReport.Of(folder);
            string path = parsed.GetValue(output) ?? Path.Combine(folder, "report.html");
            (report with { Use = FamilyLibrary.Read(Path.Combine(folder, "recipe.yaml")).UseOf(TrainingRun.Quoted(folder)) }).Write(path);
            session.Output.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }
}
