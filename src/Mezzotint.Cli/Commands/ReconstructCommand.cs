using System.CommandLine;
using Mezzotint.Data;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo reconstruct</c>: pictures through an autoencoder and back, beside what they were.</summary>
internal static class ReconstructCommand
{
    private const int Columns = 8;
    private const int DefaultCount = 32;
    private const string DefaultOutput = "reconstructions.png";

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Picture files, patterns, folders, or IDX files.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = CommonOptions.Text("-o", "FILE", $"The picture to write: rows of inputs, each above its reconstructions. [default: {DefaultOutput}]");
        var count = CommonOptions.Count("--count", $"The most pictures to take, the first of all. [default: {DefaultCount}]");
        var force = new Option<bool>("--force") { Description = "Replace the picture if it exists." };
        var threads = CommonOptions.Threads();
        var command = new Command("reconstruct", "Encode pictures with an autoencoder, decode them, and show both.")
        {
            model.NoOption(), inputs.NoOption(), output, count, force, threads,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(output) ?? DefaultOutput;
            if (!parsed.GetValue(force) && File.Exists(path))
                throw new MezzotintException($"'{path}' exists; name another with -o, or replace it with --force.");
            if (!PictureFormats.HasPictureExtension(path))
                throw new MezzotintException($"'{path}' is no picture's name; end it in .png, for one.");
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            Autoencoder autoencoder = Autoencoder.Load(parsed.GetRequiredValue(model), device);
            List<Picture> pictures =
            [
                .. Globs.Expand(parsed.GetRequiredValue(inputs)).SelectMany(input => Read(session, input, autoencoder))
                    .Take(parsed.GetValue(count) ?? DefaultCount).Select(autoencoder.Fit),
            ];
            var rows = new List<Picture[]>();
            foreach (Picture[] row in pictures.Chunk(Columns))
            {
                session.Cancellation.ThrowIfCancellationRequested();
                rows.Add(row);
                rows.Add([.. autoencoder.Reconstruct(row)]);
            }

            PictureGrid.Of(rows, autoencoder.Network.Width, Math.Min(Columns, pictures.Count)).Save(path);
            session.Output.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<Picture> Read(Session session, string input, Autoencoder autoencoder)
    {
        if (File.Exists(input) && PictureFormats.HasPictureExtension(input)) return [Picture.Load(input)];
        var recipe = new ImageSetRecipe { Size = autoencoder.Network.Width, Channels = autoencoder.Network.Channels };
        IImageSet set = ImageSets.OpenTest(input, recipe, skipped => session.Say($"Left out: {skipped.Reason}"));
        return Enumerable.Range(0, set.Count).Select(index =>
        {
            var samples = new float[set.Width * set.Height * set.Channels];
            set.Read(index, samples);
            return Picture.FromFloats(samples, set.Width, set.Height, set.Channels);
        });
    }
}
