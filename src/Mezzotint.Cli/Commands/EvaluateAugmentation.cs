using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Tensors.Cpu;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate augmentation</c>: what generated images are worth to a classifier that has few real ones.</summary>
internal static class EvaluateAugmentation
{
    private const int DefaultPerClass = 10, DefaultGenerated = 500;

    private static readonly AugmentationProtocol Usual = new(DefaultPerClass, DefaultGenerated);

    public static Command Create(Session session)
    {
        var judged = new Argument<string>("RUN|MODEL|DIR")
        {
            Description = "What is added: a generator with classes, or a folder with a folder per class, as 'mezzo generate --labelled' writes it.",
        };
        var data = CommonOptions.Text("--data", "PATH", "Real images: a folder with a folder per class, or of IDX files with labels.");
        data.Required = true;
        var test = CommonOptions.Text("--test", "PATH", "Images to judge by. [default: those to test of the IDX files in --data]");
        var perClass = CommonOptions.Count("--per-class", $"Real images of each class to learn from. [default: {DefaultPerClass}]");
        var generated = CommonOptions.Count("--generated", $"Generated images of each class. [default: {DefaultGenerated}]");
        var drawn = new Option<bool>("--drawn")
        {
            Description = "Draw other real images in each run, in place of the first of each class.",
        };
        var runs = CommonOptions.Count("--runs", $"How often all is trained, each time from another seed. [default: {Usual.Runs}]");
        var steps = CommonOptions.Steps($"Steps of each training. [default: {Usual.Steps}]");
        var seed = CommonOptions.Seed("--seed", "The first seed of a generator's images. [default: 0]");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command(
            "augmentation", "Train a small classifier on few real images, with and without generated ones, and compare how well it tells test images.")
        {
            judged.NoOption(), data, test, perClass, generated, drawn, runs, steps, seed, json, threads,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(judged), path = parsed.GetRequiredValue(data)!;
            AugmentationProtocol protocol = new(parsed.GetValue(perClass) ?? DefaultPerClass, parsed.GetValue(generated) ?? DefaultGenerated)
            {
                Drawn = parsed.GetValue(drawn),
                Runs = parsed.GetValue(runs) ?? Usual.Runs,
                Steps = parsed.GetValue(steps) ?? Usual.Steps,
            };
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            IImageSet added = Added(name, path, protocol, parsed.GetValue(seed) ?? 0, device);
            var like = new ImageSetRecipe { Train = [path], Size = added.Width, Channels = added.Channels };
            IImageSet train = ImageSets.Open(like), judges = ImageSets.OpenTest(parsed.GetValue(test) ?? path, like);
            if (judges.Fingerprint == train.Fingerprint)
                throw new MezzotintException($"'{path}' has no images of its own to judge by; give others with --test.");
            AugmentationScores.Require(train, added, judges, protocol);
            IReadOnlyList<AugmentationScore> scores = [];
            BatchProgress.Run(session, "Training on", 1, progress =>
                scores = AugmentationScores.Of(train, added, judges, protocol, device, progress.Begin(path), session.Cancellation));
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(name, path, judges.Count, protocol, scores));
            else Print(session, judges.Count, protocol, scores);
            return ExitCode.Done;
        });
        return command;
    }

    private static IImageSet Added(string name, string data, AugmentationProtocol protocol, ulong seed, CpuDevice device)
    {
        if (!EvaluateSamples.IsModel(name))
        {
            IImageSet real = ImageSets.Open(new ImageSetRecipe { Train = [data] });
            return ImageSets.OpenTest(name, new ImageSetRecipe { Size = real.Width, Channels = real.Channels });
        }

        Generator generator = Generator.Load(name, device);
        if (generator.Classes.Count == 0)
            throw new MezzotintException($"The model '{name}' has no classes, so its pictures have no labels; give one that was trained with classes.");
        return new GeneratedImages(generator, checked(protocol.GeneratedPerClass * generator.Classes.Count), seed);
    }

    private static AugmentationDocument Document(
        string name, string data, int tests, AugmentationProtocol protocol, IReadOnlyList<AugmentationScore> scores) => new(
        name, data, tests, protocol.Description,
        [.. scores.Select(score => new AugmentationScoreDocument(score.Kind, score.Mean, score.Deviation, score.Accuracies))]);

    private static void Print(Session session, int tests, AugmentationProtocol protocol, IReadOnlyList<AugmentationScore> scores)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("trained on");
        foreach (string column in new[] { string.Create(CultureInfo.InvariantCulture, $"right of {tests}"), "deviation", "each run" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (AugmentationScore score in scores)
            table.AddRow(score.Kind, Share(score.Mean), Share(score.Deviation), string.Join("  ", score.Accuracies.Select(Share)));
        session.Write(table);
        session.Output.WriteLine(protocol.Description);
    }

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
}
