using System.CommandLine;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo restore</c>: pictures in, the same without noise or the blocks of JPEG out.</summary>
internal static class RestoreCommand
{
    /// <summary>What outputs beside their inputs are called: photo-restored.png.</summary>
    public const string Suffix = "restored";

    public static Command Create(Session session, Option<bool> verbose)
    {
        var options = new PictureOptions(
            $"A model of scale 1: one of 'mezzo models', a model's file, or a run's folder. [default: {ModelChoice.Restorer}]", Suffix, verbose);
        Command command = options.AddTo(new Command(
            "restore", "Clean pictures at their size with a network: of noise, or of what JPEG did. Transparency, 16 bits, grey, bands and metadata survive."));
        command.SetAction(parsed => UpscaleRun.Of(session, options.Request(parsed, size: null)));
        return command;
    }
}
