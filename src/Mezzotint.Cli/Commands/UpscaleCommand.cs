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
            Description = "Pictures (PNG, JPEG, WebP, TIFF, HEIF, AVIF), folders of them, searched with their subfolders, "
                + "or patterns of either (*, ?, **).",
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
        var scale = CommonOptions.Factor(
            "How many times larger, each way, 3.5 for one: a network enlarges as far as it does, and a bicubic resample completes it. "
                + "[default: what the model does]");
        var width = CommonOptions.Side("--width", "Columns of the outputs, in place of --scale; without --height in the picture's proportions.");
        var height = CommonOptions.Side("--height", "Rows of the outputs, in place of --scale; without --width in the picture's proportions.");
        var format = new Option<PictureFormat?>("--format")
        {
            Description = "The format of the outputs, where their names are not given: png, jpg, webp, tif, heic or avif. [default: png]",
            HelpName = "FORMAT",
            CustomParser = result =>
            {
                string name = result.Tokens[0].Value;
                if (PictureFormats.HasPictureExtension($"name.{name}")) return PictureFormats.FromPath($"name.{name}");
                result.AddError($"--format takes png, jpg, webp, tif, heic or avif, and not '{name}'.");
                return null;
            },
        };
        var quality = CommonOptions.Quality();
        var strip = new Option<bool>("--strip")
        {
            Description = "Leave out what pictures say of themselves: place, camera, time, texts. (Colour profiles stay; else metadata is kept.)",
        };
        var tile = CommonOptions.Tile();
        var memory = CommonOptions.Memory("What the program may take at the most, as 800M or 1.5G: tiles become small enough. [default: no bound]");
        var force = new Option<bool>("--force") { Description = "Replace outputs that exist." };
        var skip = new Option<bool>("--skip-existing") { Description = "Pass over inputs whose outputs exist." };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("upscale", "Enlarge pictures with a network. Transparency, 16 bits, grey and metadata survive.")
        {
            inputs.NoOption(), output, model, scale, width, height, format, quality, strip, tile, memory, force, skip, json, threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(scale) is not null && (result.GetResult(width) ?? result.GetResult(height)) is not null)
                result.AddError("--scale and --width or --height both say how large; leave out one of them.");
            else if (result.GetValue(force) && result.GetValue(skip))
                result.AddError("--force replaces what --skip-existing passes over; leave out one of them.");
        });
        command.SetAction(parsed => Run(session, new UpscaleRequest(
            parsed.GetRequiredValue(inputs),
            parsed.GetValue(output),
            parsed.GetValue(model),
            new OutputSize(parsed.GetValue(scale), parsed.GetValue(width), parsed.GetValue(height)),
            parsed.GetValue(format),
            new SaveOptions { Quality = parsed.GetValue(quality) ?? SaveOptions.Default.Quality, Strip = parsed.GetValue(strip) },
            (parsed.GetValue(tile) ?? UpscaleOptions.Default) with { Memory = parsed.GetValue(memory) },
            parsed.GetValue(force),
            parsed.GetValue(skip),
            parsed.GetValue(json),
            parsed.GetValue(threads) ?? 0,
            parsed.GetValue(verbose))));
        return command;
    }

    private static int Run(Session session, UpscaleRequest request)
    {
        (string model, int modelScale) = ModelChoice.For(request.Model, request.Size.Scale);
        IReadOnlyList<UpscaleJob> jobs = UpscaleJobs.Of(request.Inputs, request.Output, request.Size.Name(modelScale), request.Format);
        List<SkippedPicture> skipped = [];
        if (request.SkipExisting)
        {
            skipped = [.. jobs.Where(job => File.Exists(job.Output)).Select(job => new SkippedPicture(job.Input, job.Output))];
            jobs = [.. jobs.Where(job => !File.Exists(job.Output))];
        }

        bool single = jobs.Count == 1 && jobs[0].Output == request.Output;
        using var folders = new OutputFolders();
        // An input that is missing is told of in its turn.
        IEnumerable<UpscaleJob> possible = jobs.Where(job => File.Exists(job.Input));
        foreach (string folder in possible.Select(job => Path.GetDirectoryName(Path.GetFullPath(job.Output))!).Distinct())
            folders.Prepare(folder, make: !single);

        using var device = new CpuDevice(request.Threads);
        var upscalers = new Dictionary<string, Upscaler> { [model] = Upscaler.Load(model, device, request.Options) };
        var done = new List<EnlargedPicture>();
        var failed = new List<FailedPicture>();
        var exitCodes = new HashSet<int>();
        BatchProgress.Run(session, "Enlarging", jobs.Count, progress =>
        {
            foreach (UpscaleJob job in jobs)
            {
                try
                {
                    done.Add(Enlarge(request, UpscalerFor, job, progress.Begin(job.Input), session.Cancellation));
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

        if (request.Json) Json.Write(session.Output, new UpscaleDocument(done, failed, skipped));
        else if (session.Interactive)
            foreach (EnlargedPicture picture in done) session.Output.WriteLine(picture.Output);
        return exitCodes switch
        {
            { Count: 0 } => ExitCode.Done,
            _ when exitCodes.Contains(ExitCode.Interrupted) => ExitCode.Interrupted,
            _ => done.Count > 0 || exitCodes.Contains(ExitCode.Failed) ? ExitCode.Failed : ExitCode.Refused,
        };

        Upscaler UpscalerFor(PictureHeader picture)
        {
            string name = request.Size.IsOfSides ? ModelChoice.For(request.Model, request.Size.FactorOf(picture)).Model : model;
            if (!upscalers.TryGetValue(name, out Upscaler? upscaler))
                upscalers.Add(name, upscaler = Upscaler.Load(name, device, request.Options));
            return upscaler;
        }
    }

    private static EnlargedPicture Enlarge(
        UpscaleRequest request, Func<PictureHeader, Upscaler> upscalerFor, UpscaleJob job, IProgress<double> progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        // All that can be known before the pixels are, is: a long computation must not end in a refusal.
        PictureHeader header = Picture.ReadHeader(job.Input);
        Upscaler upscaler = upscalerFor(header);
        (int width, int height) = request.Size.Of(header, upscaler.Scale);
        bool resampled = (width, height) != (header.Width * upscaler.Scale, header.Height * upscaler.Scale);
        upscaler.Check(header, byRows: !resampled && PictureRows.CanWrite(PictureFormats.FromPath(job.Output)));
        (header with { Width = width, Height = height }).CheckSave(job.Output, request.Save);
        if (Directory.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' is a folder, and a picture would go there; name another output with -o.");
        if (!request.Force && File.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' exists already; add --force to replace it, or --skip-existing to keep it.");

        Picture picture = Picture.Load(job.Input);
        if (resampled) upscaler.Upscale(picture, width, height, progress, cancellation).Save(job.Output, request.Save);
        else upscaler.UpscaleTo(picture, job.Output, request.Save, progress, cancellation);
        return new EnlargedPicture(job.Input, job.Output, width, height, Math.Round(clock.Elapsed.TotalSeconds, 3));
    }
}
