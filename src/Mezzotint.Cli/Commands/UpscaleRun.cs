using Mezzotint.Imaging;
using Mezzotint.Tensors;

namespace Mezzotint.Cli.Commands;

/// <summary>Pictures through a network, one after the other: what <c>upscale</c> and <c>restore</c> do.</summary>
internal static class UpscaleRun
{
    /// <summary>Does what is asked for.</summary>
    /// <returns>The exit code.</returns>
    public static int Of(Session session, UpscaleRequest request)
    {
        (string model, int modelScale) = request.Size is { } asked ? ModelChoice.For(request.Model, asked.Scale) : ModelChoice.ForRestoring(request.Model);
        IReadOnlyList<UpscaleJob> jobs = UpscaleJobs.Of(
            request.Inputs, request.Output, request.Size?.Name(modelScale) ?? RestoreCommand.Suffix, request.Format);
        SayWhatQualityIsFor(session, request, jobs);
        UpscaleJobs.SayWhatIsPassedOver(session, request.Inputs);
        List<SkippedPicture> skipped = [];
        if (request.SkipExisting)
        {
            skipped = [.. jobs.Where(job => File.Exists(job.Output)).Select(job => new SkippedPicture(job.Input, job.Output))];
            jobs = [.. jobs.Where(job => !File.Exists(job.Output))];
        }

        bool single = jobs.Count == 1 && jobs[0].Output == request.Output;
        using OutputFolders folders = OutputFolders.For(jobs, make: !single);
        using Device device = DeviceChoice.Open(request.Device, request.Threads);
        var upscalers = new Dictionary<string, Upscaler> { [model] = Upscaler.Load(model, device, request.Options) };
        var batch = new PictureBatch(request.Size is null ? "Restoring" : "Enlarging", jobs, request.Json, request.Verbose) { Skipped = skipped };
        return batch.Run(session, (job, progress) => Enlarge(request, UpscalerFor, job, session, progress));

        Upscaler UpscalerFor(PictureHeader picture)
        {
            string name = request.Size is { IsOfSides: true } size ? ModelChoice.For(request.Model, size.FactorOf(picture)).Model : model;
            if (!upscalers.TryGetValue(name, out Upscaler? upscaler))
                upscalers.Add(name, upscaler = Upscaler.Load(name, device, request.Options));
            return upscaler;
        }
    }

    private static (int Width, int Height) Enlarge(
        UpscaleRequest request, Func<PictureHeader, Upscaler> upscalerFor, UpscaleJob job, Session session, IProgress<double> progress)
    {
        var save = new SaveOptions { Quality = request.Quality ?? SaveOptions.Default.Quality, Strip = request.Strip };
        // All that can be known before the pixels are, is: a long computation must not end in a refusal.
        PictureHeader header = Picture.ReadHeader(job.Input);
        Upscaler upscaler = upscalerFor(header);
        (int width, int height) = request.Size?.Of(header, upscaler.Scale) ?? (header.Width, header.Height);
        upscaler.Check(header, job.Output, width, height, save);
        if (Directory.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' is a folder, and a picture would go there; name another output with -o.");
        if (!request.Force && File.Exists(job.Output))
            throw new MezzotintException($"'{job.Output}' exists already; add --force to replace it, or --skip-existing to keep it.");

        if (header.Pages > 1) session.Say($"{job.Input} has {header.Pages} pages or frames; the first is taken.");
        Picture picture = Picture.Load(job.Input);
        upscaler.UpscaleTo(picture, job.Output, width, height, save, progress, session.Cancellation);
        return (width, height);
    }

    /// <summary>Nobody shall wonder why a quality changes nothing.</summary>
    private static void SayWhatQualityIsFor(Session session, UpscaleRequest request, IReadOnlyList<UpscaleJob> jobs)
    {
        if (request.Quality is null) return;
        List<PictureFormat> exact = [.. jobs.Select(job => PictureFormats.FromPath(job.Output)).Where(IsExact).Distinct()];
        if (exact.Count == 0) return;
        string names = string.Join(" and ", exact.Select(format => format.ToString().ToUpperInvariant()));
        session.Say($"--quality changes nothing in {names}, which {(exact.Count == 1 ? "loses" : "lose")} nothing; --format jpg or webp makes smaller files.");

        static bool IsExact(PictureFormat format) => format is PictureFormat.Png or PictureFormat.Tiff;
    }
}
