using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate fid</c>: how near the distribution of images comes to that of true ones.</summary>
internal static class EvaluateFrechet
{
    public static Command Create(Session session)
    {
        var judged = new Argument<string>("DIR") { Description = "The images to judge: a folder, or an IDX file." };
        var data = CommonOptions.Text("--data", "PATH", "True images: a folder, or an IDX file. Of a folder with IDX files to train and to test, the latter.");
        data.Required = true;
        var features = CommonOptions.Text("--features", "FILE", "Weights of the network whose features are compared: LeNet-5, VGG-19, the normalised VGG-19.");
        features.Required = true;
        var layer = CommonOptions.Text("--layer", "NAME", "Which of its features. [default: f6 of LeNet-5, else the deepest]");
        var count = CommonOptions.Count("--count", "How many images of each, the first ones. [default: as many as both have]");
        var size = CommonOptions.Side("--size", "The side that images are cropped and resized to. [default: that of the true ones]");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("fid", "Compare images with true ones by the Frechet distance of a network's features.")
        {
            judged.NoOption(), data, features, layer, count, size, json, threads,
        };
        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            IFeatureNetwork network = FeatureNetworks.Read(parsed.GetRequiredValue(features)!);
            string name = parsed.GetValue(layer) ?? (network is LeNet5 ? LeNet5.F6 : network.Layers[^1]);
            if (!network.Layers.Contains(name))
                throw new EvaluationException($"The network has no features '{name}'; it has {string.Join(", ", network.Layers)}.");
            IImageSet real = Open(parsed.GetRequiredValue(data)!, parsed.GetValue(size), network.Channels);
            IImageSet made = Open(parsed.GetRequiredValue(judged), parsed.GetValue(size) ?? (real.Width == real.Height ? real.Width : null), network.Channels);
            int wanted = parsed.GetValue(count) ?? Math.Min(real.Count, made.Count);
            var extraction = new FeatureExtraction(network, name, device);
            double distance = 0;
            BatchProgress.Run(session, "Looking at", 2, progress =>
            {
                FeatureStatistics ofMade = extraction.Statistics(made, wanted, progress.Begin(parsed.GetRequiredValue(judged)), session.Cancellation);
                FeatureStatistics ofReal = extraction.Statistics(real, wanted, progress.Begin(parsed.GetRequiredValue(data)!), session.Cancellation);
                distance = FrechetDistance.Between(ofMade, ofReal);
            });
            string hash = FeatureNetworks.HashOf(network);
            var protocol = new FrechetProtocol($"{network.GetType().Name} {name}", hash, network.Preparation, wanted, wanted, real.Fingerprint);
            if (parsed.GetValue(json))
            {
                Json.Write(session.Output, new FrechetDocument(parsed.GetRequiredValue(judged), distance, wanted, wanted, hash, protocol.Description));
                return ExitCode.Done;
            }

            session.Output.WriteLine(distance.ToString("0.000", CultureInfo.InvariantCulture));
            session.Output.WriteLine(protocol.Description);
            return ExitCode.Done;
        });
        return command;
    }

    private static IImageSet Open(string path, int? size, int channels) =>
        ImageSets.OpenTest(path, new ImageSetRecipe { Size = size, Channels = channels });
}
