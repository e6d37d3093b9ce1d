using System.CommandLine;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo upscale</c>: pictures in, larger pictures out.</summary>
internal static class UpscaleCommand
{
    public static Command Create(Session session, Option<bool> verbose)
    {
        var options = new PictureOptions(
            $"A model of 'mezzo models', a model's file, or a run's folder. [default: {ModelChoice.Default}]", "x4", verbose);
        var scale = CommonOptions.Factor(
            "How many times larger, each way, 3.5 for one: a network enlarges as far as it does, and a bicubic resample completes it. "
                + "[default: what the model does]");
        var width = CommonOptions.Side("--width", "Columns of the outputs, in place of --scale; without --height in the picture's proportions.");
        var height = CommonOptions.Side("--height", "Rows of the outputs, in place of --scale; without --width in the picture's proportions.");
        Command command = options.AddTo(
            new Command("upscale", "Enlarge pictures with a network. Transparency, 16 bits, grey, bands and metadata survive."), scale, width, height);
        command.Validators.Add(result =>
        {
            if (result.GetResult(scale) is not null && (result.GetResult(width) ?? result.GetResult(height)) is not null)
                result.AddError("--scale and --width or --height both say how large; leave out one of them.");
        });
        command.SetAction(parsed => UpscaleRun.Of(
            session, options.Request(parsed, new OutputSize(parsed.GetValue(scale), parsed.GetValue(width), parsed.GetValue(height)))));
        return command;
    }
}
