using System.CommandLine;
using System.Diagnostics;
using Mezzotint.Cli.Progress;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo translate</c>: pictures or label maps in, pictures out.</summary>
internal static class TranslateCommand
{
    private const string Ending = "translated";

    public static Command Create(Session session, Option<bool> verbose)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a run, or a model's file." };
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Pictures, or label maps where the model is given such; folders of them, searched with their subfolders, or patterns.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A file, whose extension names the format; or, for several inputs, a folder, which is made. "
                + $"[default: beside the input, street.png giving street-{Ending}.png]",
            HelpName = "OUT",
        };
        var style = CommonOptions.Text("--style", "IMAGE", "A picture whose style the results are to have, for a model that carries style.");
        var mask = CommonOptions.Text(
            "--mask", "IMAGE", "For a model that fills holes: white where the picture is missing. [default: where the picture is transparent]");
        var instances = CommonOptions.Text(
            "--instances", "IMAGE|DIR", "Which instance each pixel of the label map belongs to; for several inputs a folder of the same names.");
        var seed = new Option<ulong>("--seed") { Description = "Which of the known styles is taken, and what dropout drops. [default: 0]", HelpName = "N" };
        var vary = new Option<bool>("--vary") { Description = "Keep dropout on, as pix2pix was published with, so that seeds give different results." };
        var force = new Option<bool>("--force") { Description = "Replace outputs that exist." };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("translate", "Translate pictures or label maps to pictures with a trained network.")
        {
            model.NoOption(), inputs.NoOption(), output, style, mask, instances, seed, vary, force, json, threads,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<UpscaleJob> jobs = UpscaleJobs.Of(parsed.GetRequiredValue(inputs), parsed.GetValue(output), Ending);
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            Translator translator = Translator.Load(parsed.GetRequiredValue(model), device);
            var options = new TranslationOptions
            {
                Style = parsed.GetValue(style) is { } like ? Picture.Load(like) : null,
                Mask = parsed.GetValue(mask) is { } holes ? Picture.Load(holes) : null,
                Seed = parsed.GetValue(seed),
                Vary = parsed.GetValue(vary),
            };
            var request = new Request(
                translator, options, parsed.GetValue(instances), parsed.GetValue(force), parsed.GetValue(json), parsed.GetValue(verbose));
            return Run(session, request, jobs, single: jobs.Count == 1 && jobs[0].Output == parsed.GetValue(output));
        });
        return command;
    }

    private static int Run(Session session, Request request, IReadOnlyList<UpscaleJob> jobs, bool single)
    {
        using var folders = new OutputFolders();
        IEnumerable<UpscaleJob> possible = jobs.Where(job => File.Exists(job.Input));
        foreach (string folder in possible.Select(job => Path.GetDirectoryName(Path.GetFullPath(job.Output))!).Distinct())
            folders.Prepare(folder, make: !single);
        var done = new List<EnlargedPicture>();
        var failed = new List<FailedPicture>();
        var exitCodes = new HashSet<int>();
        BatchProgress.Run(session, "Translating", jobs.Count, progress =>
        {
            foreach (UpscaleJob job in jobs)
            {
                try
                {
                    progress.Begin(job.Input);
                    done.Add(Translate(request, job, session.Cancellation));
                    if (!session.Interactive && !request.Json) session.Output.WriteLine(job.Output);
                }
                catch (Exception exception)
                {
                    Fault fault = Fault.Of(exception).About(job.Input);
                    fault.Report(session, exception, request.Verbose);
                    exitCodes.Add(fault.ExitCode);
                    if (fault.ExitCode == ExitCode.Interrupted) break;
                    failed.Add(new FailedPicture(job.Input, fault.Sentence));
                    if (fault.OfTheMachine) break;
                }
            }
        });

        if (request.Json) Json.Write(session.Output, new UpscaleDocument(done, failed, []));
        else if (session.Interactive)
            foreach (EnlargedPicture picture in done) session.Output.WriteLine(picture.Output);
        return exitCodes switch
        {
            { Count: 0 } => ExitCode.Done,
            _ when exitCodes.Contains(ExitCode.Interrupted) => ExitCode.Interrupted,
            _ => done.Count > 0 || exitCodes.Contains(ExitCode.Failed) ? ExitCode.Failed : ExitCode.Refused,
        };
    }

    private static EnlargedPicture Translate(Request request, UpscaleJob job, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        PictureHeader header = Picture.ReadHeader(job.Input);
        (header with { Channels = 3, HasAlpha = false }).CheckSave(job.Output);
        if (!request.Force && File.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' exists already; add --force to replace it.");
        TranslationOptions options = request.Options;
        if (request.Instances is { } instances)
        {
            string map = Directory.Exists(instances) ? Path.Combine(instances, Path.GetFileName(job.Input)) : instances;
            options = options with { Instances = LabelMap.ReadInstances(map) };
        }

        Picture made = request.Translator.Translate(job.Input, options);
        made.Save(job.Output);
        return new EnlargedPicture(job.Input, job.Output, made.Width, made.Height, Math.Round(clock.Elapsed.TotalSeconds, 3));
    }

    private sealed record Request(
        Translator Translator, TranslationOptions Options, string? Instances, bool Force, bool Json, bool Verbose);
}
