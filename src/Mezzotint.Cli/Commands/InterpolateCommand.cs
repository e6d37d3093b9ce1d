using System.CommandLine;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo interpolate</c>: a walk from seed to seed.</summary>
internal static class InterpolateCommand
{
    private const int DefaultFrames = 8;
    private const int DefaultDelay = 100;
    private const string DefaultOutput = "walk.png";

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A run's folder, a model's file, or a model of 'mezzo models'." };
        var seeds = CommonOptions.Seeds("The seeds to walk along, as 0-3 or 4,8,15. [default: 0-4]");
        var frames = CommonOptions.Count("--frames", $"Pictures from one seed to the next. [default: {DefaultFrames}]");
        var name = CommonOptions.Text("--class", "NAME", "The class, of a model that has classes. [default: that which the first seed falls on]");
        var truncation = CommonOptions.Truncation();
        var output = CommonOptions.OutputFolder(
            $"The picture: a row for each way from one seed to the next; or, named .webp, an animation of the walk and back to its first seed. [default: {DefaultOutput}]");
        var delay = CommonOptions.Count("--delay", $"Of an animation: how many milliseconds each picture is seen. [default: {DefaultDelay}]");
        var threads = CommonOptions.Threads();
        var command = new Command("interpolate", "Draw the way from seed to seed, on arcs between their latent vectors.")
        {
            model.NoOption(), seeds, frames, name, truncation, output, delay, threads,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<ulong> along = parsed.GetValue(seeds) ?? [0, 1, 2, 3, 4];
            if (along.Count < 2) throw new MezzotintException("A walk leads from one seed to another; give --seeds at least two.");
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            Generator generator = Generator.Load(parsed.GetRequiredValue(model), device);
            int steps = parsed.GetValue(frames) ?? DefaultFrames;
            string path = parsed.GetValue(output) ?? DefaultOutput;
            bool animated = Path.GetExtension(path).Equals(".webp", StringComparison.OrdinalIgnoreCase);
            if (parsed.GetValue(delay) is not null && !animated) throw new MezzotintException("--delay is of an animation; end the output's name in .webp.");

            // An animation begins anew at its end, so it goes back to where it came from, whose own picture is then its first.
            IReadOnlyList<ulong> stops = animated ? [.. along, along[0]] : along;
            IReadOnlyList<Picture> walk =
                generator.Walk(stops, steps, parsed.GetValue(name), parsed.GetValue(truncation), session.Cancellation);
            if (animated)
            {
                Picture.SaveAnimation([.. walk.SkipLast(1)], path, parsed.GetValue(delay) ?? DefaultDelay);
            }
            else
            {
                // Each row ends where the next begins.
                Picture[][] rows = [.. Enumerable.Range(0, along.Count - 1).Select(i => walk.Skip(i * steps).Take(steps + 1).ToArray())];
                PictureGrid.Of(rows, generator.Width, generator.Height, steps + 1).WithMetadata(walk[0].Metadata).Save(path);
            }

            session.Output.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }
}
