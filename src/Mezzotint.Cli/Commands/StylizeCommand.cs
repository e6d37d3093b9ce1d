using System.CommandLine;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo stylize</c>: pictures in the style of another.</summary>
internal static class StylizeCommand
{
    private const string Ending = "stylized";

    public static Command Create(Session session, Option<bool> verbose)
    {
        var inputs = new Argument<string[]>("CONTENT")
        {
            Description = "Pictures, folders of them, or patterns of either.",
            Arity = ArgumentArity.OneOrMore,
        };
        var style = Required("--style", "IMAGE", "The picture whose style they get.");
        var encoder = Required("--encoder", "FILE", "Weights of the normalised VGG-19 up to relu3_1 (vgg_normalised_conv3_1).");
        var decoder = Required("--decoder", "FILE", "Weights of its decoder (feature_invertor_conv3_1).");
        var strength = CommonOptions.Share("--strength", "How much of the style, from 0 to 1. [default: 1]", otherwise: 1);
        var preserve = new Option<bool>("--preserve-colour") { Description = "Keep the content's colours." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A file, whose extension names the format; or, for several inputs, a folder, which is made. "
                + $"[default: beside the input, photo.jpg giving photo-{Ending}.png]",
            HelpName = "OUT",
        };
        var force = new Option<bool>("--force") { Description = "Replace outputs that exist." };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("stylize", "Paint pictures in the style of another, by adaptive instance normalisation.")
        {
            inputs.NoOption(), style, encoder, decoder, strength, preserve, output, force, json, threads,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<UpscaleJob> jobs = UpscaleJobs.Of(parsed.GetRequiredValue(inputs), parsed.GetValue(output), Ending);
            bool single = jobs.Count == 1 && jobs[0].Output == parsed.GetValue(output);
            using OutputFolders folders = OutputFolders.For(jobs, make: !single);
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            StyleTransfer transfer = StyleTransfer.Load(parsed.GetRequiredValue(encoder)!, parsed.GetRequiredValue(decoder)!, device);
            Picture painted = Picture.Load(parsed.GetRequiredValue(style)!);
            var options = new StyleOptions { Strength = (float)parsed.GetValue(strength), PreserveColour = parsed.GetValue(preserve) };
            return new PictureBatch("Painting", jobs, parsed.GetValue(json), parsed.GetValue(verbose)).Run(session, (job, _) =>
            {
                Picture.ReadHeader(job.Input).CheckSave(job.Output);
                if (!parsed.GetValue(force) && File.Exists(job.Output))
                    throw new MezzotintException($"'{job.Output}' exists already; add --force to replace it.");
                Picture stylized = transfer.Apply(Picture.Load(job.Input), painted, options);
                stylized.Save(job.Output);
                return (stylized.Width, stylized.Height);
            });
        });
        return command;
    }

    private static Option<string?> Required(string name, string helpName, string description)
    {
        Option<string?> option = CommonOptions.Text(name, helpName, description);
        option.Required = true;
        return option;
    }
}
