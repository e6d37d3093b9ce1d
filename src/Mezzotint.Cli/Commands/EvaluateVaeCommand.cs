using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Families.Vae;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate vae</c>: how probable a variational autoencoder finds images, in nats.</summary>
internal static class EvaluateVaeCommand
{
    private const int DefaultSamples = 50;

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var data = CommonOptions.Text(
            "--data", "PATH", "Images that were not learned from: a folder of photographs or of classes, or IDX files (of a folder, those to test by).");
        data.Required = true;
        var samples = CommonOptions.Count(
            "--samples", $"Latent vectors an image for the importance-weighted likelihood. [default: {DefaultSamples}]");
        var count = CommonOptions.Count("--count", "Only the first so many images. [default: all]");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("vae", "Score a variational autoencoder by the bound on its images' likelihood, on greys and binarised.")
        {
            model.NoOption(), data, samples, count, json, threads,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(model), path = parsed.GetRequiredValue(data)!;
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            VariationalAutoencoder network = Autoencoder.Load(name, device).Network;
            IImageSet set = ImageSets.OpenTest(
                path, new ImageSetRecipe { Size = network.Width, Channels = network.Channels },
                skipped => session.Say($"Left out: {skipped.Reason}"));
            VaeProtocol[] protocols =
            [
                .. (network.Likelihood == Likelihood.Bernoulli ? new[] { false, true } : [false])
                    .Select(binarized => new VaeProtocol(network.Likelihood, binarized, parsed.GetValue(samples) ?? DefaultSamples)),
            ];
            var scores = new List<VaeScores>();
            BatchProgress.Run(session, "Scoring", protocols.Length, progress =>
            {
                foreach (VaeProtocol protocol in protocols)
                {
                    scores.Add(VaeScores.Of(
                        network, set, device, protocol, parsed.GetValue(count), progress.Begin(NameOf(protocol)), session.Cancellation));
                }
            });
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(name, path, scores));
            else Print(session, name, scores);
            return ExitCode.Done;
        });
        return command;
    }

    private static string NameOf(VaeProtocol protocol) => protocol.Binarized ? "binarised" : protocol.Likelihood == Likelihood.Bernoulli ? "grey" : "density";

    private static VaeEvaluationDocument Document(string model, string data, List<VaeScores> scores) => new(
        model, data, scores[0].Images,
        [.. scores.Select(score => new VaeScoreDocument(
            score.Protocol.Description, score.Protocol.Binarized, score.NegativeElbo, score.Reconstruction, score.Divergence,
            score.Protocol.ImportanceSamples, score.ImportanceWeighted))]);

    private static void Print(Session session, string model, List<VaeScores> scores)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{model}, {scores[0].Images} images")));
        foreach (string column in new[] { "-ELBO", "reconstruction", "KL", $"NLL, k={scores[0].Protocol.ImportanceSamples}" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (VaeScores score in scores)
        {
            table.AddRow(
                NameOf(score.Protocol), Number(score.NegativeElbo), Number(score.Reconstruction), Number(score.Divergence),
                Number(score.ImportanceWeighted ?? double.NaN));
        }

        session.Write(table);
        foreach (VaeScores score in scores) session.Output.WriteLine($"{NameOf(score.Protocol)}: {score.Protocol.Description}");
    }

    private static string Number(double nats) => nats.ToString("0.00", CultureInfo.InvariantCulture);
}
