using System.CommandLine;
using System.Diagnostics;
using Mezzotint.Cli.Progress;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo upscale</c>: pictures in, larger pictures out.</summary>
internal static class UpscaleCommand
{
    public static Command Create(Session session, Option<bool> verbose)
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Pictures (PNG, JPEG, WebP, TIFF, HEIF, AVIF), or folders of them, searched with their subfolders.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A file, whose extension names the format; or, for several inputs, a folder, which is made. "
                + "[default: beside the input, photo.jpg giving photo-x4.png and the folder photos the folder photos-x4]",
            HelpName = "OUT",
        };
        var model = CommonOptions.Text(
            "--model", "NAME|PATH", $"A model of 'mezzo models', a model's file, or a run's folder. [default: {ModelChoice.Default}]");
        var scale = CommonOptions.Scale("How many times larger, each way: takes the model for that. [default: what the model does]");
        var force = new Option<bool>("--force") { Description = "Replace outputs that exist." };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("upscale", "Enlarge pictures with a network. Transparency, 16 bits, grey and metadata survive.")
        {
            inputs.NoOption(), output, model, scale, force, json, threads,
        };
        command.SetAction(parsed => Run(
            session,
            parsed.GetRequiredValue(inputs),
            parsed.GetValue(output),
            ModelChoice.Find(parsed.GetValue(model), parsed.GetValue(scale)),
            parsed.GetValue(force),
            parsed.GetValue(json),
            parsed.GetValue(threads) ?? 0,
            parsed.GetValue(verbose)));
        return command;
    }

    private static int Run(
        Session session, string[] inputs, string? output, (string Name, int Scale) model, bool force, bool json, int threads, bool verbose)
    {
        IReadOnlyList<UpscaleJob> jobs = UpscaleJobs.Of(inputs, output, model.Scale);
        bool single = jobs.Count == 1 && jobs[0].Output == output;
        using var folders = new OutputFolders();
        // An input that is missing is told of in its turn.
        IEnumerable<UpscaleJob> possible = jobs.Where(job => File.Exists(job.Input));
        foreach (string folder in possible.Select(job => Path.GetDirectoryName(Path.GetFullPath(job.Output))!).Distinct())
            folders.Prepare(folder, make: !single);

        using var device = new CpuDevice(threads);
        Upscaler upscaler = Upscaler.Load(model.Name, device);
        var done = new List<EnlargedPicture>();
        var failed = new List<FailedPicture>();
        var exitCodes = new HashSet<int>();
        BatchProgress.Run(session, "Enlarging", jobs.Count, progress =>
        {
            foreach (UpscaleJob job in jobs)
            {
                try
                {
                    done.Add(Enlarge(upscaler, job, force, progress.Begin(job.Input), session.Cancellation));
                    if (!session.Interactive && !json) session.Output.WriteLine(job.Output);
                }
                catch (Exception exception)
                {
                    Fault fault = Fault.Of(exception).About(job.Input);
                    fault.Report(session, exception, verbose);
                    exitCodes.Add(fault.ExitCode);
                    if (fault.ExitCode == ExitCode.Interrupted) break;
                    failed.Add(new FailedPicture(job.Input, fault.Sentence));
                    if (fault.OfTheMachine) break;
                }
            }
        });

        if (json) Json.Write(session.Output, new UpscaleDocument(done, failed));
        else if (session.Interactive)
            foreach (EnlargedPicture picture in done) session.Output.WriteLine(picture.Output);
        return exitCodes switch
        {
            { Count: 0 } => ExitCode.Done,
            _ when exitCodes.Contains(ExitCode.Interrupted) => ExitCode.Interrupted,
            _ => done.Count > 0 || exitCodes.Contains(ExitCode.Failed) ? ExitCode.Failed : ExitCode.Refused,
        };
    }

    private static EnlargedPicture Enlarge(
        Upscaler upscaler, UpscaleJob job, bool force, IProgress<double> progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        // All that can be known before the pixels are, is: a long computation must not end in a refusal.
        PictureHeader header = Picture.ReadHeader(job.Input);
        upscaler.Check(header);
        (header with { Width = header.Width * upscaler.Scale, Height = header.Height * upscaler.Scale }).CheckSave(job.Output);
        if (Directory.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' is a folder, and a picture would go there; name another output with -o.");
        if (!force && File.Exists(job.Output)) throw new MezzotintException($"'{job.Output}' exists already; add --force to replace it.");

        Picture enlarged = upscaler.Upscale(Picture.Load(job.Input), progress, cancellation);
        enlarged.Save(job.Output);
        return new EnlargedPicture(job.Input, job.Output, enlarged.Width, enlarged.Height, Math.Round(clock.Elapsed.TotalSeconds, 3));
    }
}
