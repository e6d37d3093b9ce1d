using System.CommandLine;
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
        using OutputFolders folders = OutputFolders.For(jobs, make: !single);
        return new PictureBatch("Translating", jobs, request.Json, request.Verbose).Run(session, (job, _) => Translate(request, job));
    }

    private static (int Width, int Height) Translate(Request request, UpscaleJob job)
    {
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
        return (made.Width, made.Height);
    }

    private sealed record Request(
        Translator Translator, TranslationOptions Options, string? Instances, bool Force, bool Json, bool Verbose);
}
