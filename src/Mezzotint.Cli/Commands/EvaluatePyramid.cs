using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate swd</c>: how near a generator's images come to true ones, level by level.</summary>
internal static class EvaluatePyramid
{
    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var data = CommonOptions.Text("--data", "PATH", "True images: a folder of photographs or of classes, IDX files, or with --sheets a sheet.");
        data.Required = true;
        var sheets = new Option<bool>("--sheets") { Description = "Each row of the pictures in --data is one square image." };
        var count = CommonOptions.Count("--count", $"Images of each set, at most. [default: {PyramidProtocol.Full.Images}]");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("swd", "Compare a generator's images with true ones by patches of their Laplacian bands, each level beside the one before.")
        {
            model.NoOption(), data, sheets, count, json, threads,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(model), path = parsed.GetRequiredValue(data)!;
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            IImageGenerator network = ModelFile.Read<IImageGenerator>(ModelLibrary.Find(name), "generate pictures");
            ImageLayout layout = parsed.GetValue(sheets) ? ImageLayout.Sheets : ImageLayout.Auto;
            IImageSet set = ImageSets.OpenTest(
                path, new ImageSetRecipe { Size = network.Width, Channels = network.Channels, Layout = layout },
                skipped => session.Say($"Left out: {skipped.Reason}"));
            PyramidProtocol protocol = PyramidProtocol.Full with { Images = parsed.GetValue(count) ?? PyramidProtocol.Full.Images };
            PyramidScores? scores = null;
            BatchProgress.Run(session, "Scoring", 1, progress =>
                scores = PyramidScores.Of(network, set, device, protocol, progress.Begin(name), session.Cancellation));
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(name, path, scores!));
            else Print(session, name, scores!);
            return ExitCode.Done;
        });
        return command;
    }

    private static PyramidDocument Document(string model, string data, PyramidScores scores) => new(
        model, data, scores.Images, scores.Protocol.Description,
        [.. scores.Levels.Select(level => new LevelScoreDocument(level.Side, Document(level.Own), level.Predecessor is { } before ? Document(before) : null))]);

    private static PatchDistanceDocument Document(PatchDistance distance) => new(distance.Finest, distance.Mean);

    private static void Print(Session session, string model, PyramidScores scores)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{model}, {scores.Images} images")));
        foreach (string column in new[] { "finest band", "all bands", "enlarged from the level before: finest", "all" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (LevelScore level in scores.Levels)
        {
            table.AddRow(
                string.Create(CultureInfo.InvariantCulture, $"{level.Side}x{level.Side}"), Number(level.Own.Finest), Number(level.Own.Mean),
                Number(level.Predecessor?.Finest), Number(level.Predecessor?.Mean));
        }

        session.Write(table);
        session.Output.WriteLine(scores.Protocol.Description);
    }

    private static string Number(double? distance) => distance?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";
}
