using System.Diagnostics;
using Mezzotint.Cli.Progress;

namespace Mezzotint.Cli.Commands;

/// <summary>
/// Pictures made one after the other, each into a file of its own: what fails is told of and the rest is done, unless the machine itself
/// fails.
/// </summary>
/// <param name="Doing">What is done to each: "Enlarging".</param>
/// <param name="Jobs">The pictures.</param>
/// <param name="Json">Whether the results are told as one JSON document.</param>
/// <param name="Verbose">Whether faults are told with all that is known of them.</param>
internal sealed record PictureBatch(string Doing, IReadOnlyList<UpscaleJob> Jobs, bool Json, bool Verbose)
{
    /// <summary>What there was before, and so is not made.</summary>
    public IReadOnlyList<SkippedPicture> Skipped { get; init; } = [];

    /// <summary>Makes the pictures.</summary>
    /// <param name="session">The call.</param>
    /// <param name="make">Makes one, tells how far it is, and returns its columns and rows.</param>
    /// <returns>The exit code.</returns>
    public int Run(Session session, Func<UpscaleJob, IProgress<double>, (int Width, int Height)> make)
    {
        var done = new List<MadePicture>();
        var failed = new List<FailedPicture>();
        var exitCodes = new HashSet<int>();
        BatchProgress.Run(session, Doing, Jobs.Count, progress =>
        {
            foreach (UpscaleJob job in Jobs)
            {
                try
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    var clock = Stopwatch.StartNew();
                    (int width, int height) = make(job, progress.Begin(job.Input));
                    done.Add(new MadePicture(job.Input, job.Output, width, height, Math.Round(clock.Elapsed.TotalSeconds, 3)));
                    progress.End();
                    if (!session.Interactive && !Json) session.Output.WriteLine(job.Output);
                }
                catch (Exception exception)
                {
                    Fault fault = Fault.Of(exception).About(job.Input);
                    fault.Report(session, exception, Verbose);
                    exitCodes.Add(fault.ExitCode);
                    if (fault.ExitCode == ExitCode.Interrupted) break;
                    failed.Add(new FailedPicture(job.Input, fault.Sentence));
                    if (fault.OfTheMachine) break;
                }
            }
        });

        if (!Json && (Skipped.Count > 0 || (failed.Count > 0 && Jobs.Count > 1)))
        {
            string[] counts =
            [
                $"{done.Count} done",
                .. failed.Count > 0 ? [$"{failed.Count} failed"] : Array.Empty<string>(),
                .. Skipped.Count > 0 ? [$"{Skipped.Count} passed over, since their outputs exist"] : Array.Empty<string>(),
            ];
            session.Say(string.Join(", ", counts) + ".");
        }

        if (Json) Cli.Json.Write(session.Output, new PicturesDocument(done, failed, Skipped));
        else if (session.Interactive)
            foreach (MadePicture picture in done) session.Output.WriteLine(picture.Output);
        return exitCodes switch
        {
            { Count: 0 } => ExitCode.Done,
            _ when exitCodes.Contains(ExitCode.Interrupted) => ExitCode.Interrupted,
            _ => done.Count + Skipped.Count > 0 || exitCodes.Contains(ExitCode.Failed) ? ExitCode.Failed : ExitCode.Refused,
        };
    }
}
