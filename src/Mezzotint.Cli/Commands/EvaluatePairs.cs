using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Evaluation;
using Mezzotint.Tensors.Cpu;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate pairs</c>: how near pictures come to others of the same names.</summary>
internal static class EvaluatePairs
{
    public static Command Create(Session session)
    {
        var judged = new Argument<string>("DIR") { Description = "The folder of pictures to judge." };
        var truths = new Argument<string>("TRUTHS") { Description = "The folder of true ones, of the same names and sizes." };
        var metrics = CommonOptions.Text("--metrics", "NAMES", "Which scores, with commas between: psnr, ssim, lpips. [default: psnr,ssim]");
        var files = new LpipsOptions();
        var border = CommonOptions.WholeFromZero("--border", "Pixels left out along every edge for PSNR and SSIM. [default: 0]", 1000);
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("pairs", "Score pictures against true ones of the same names: PSNR, SSIM, LPIPS.")
        {
            judged.NoOption(), truths.NoOption(), metrics, files.Heads, files.Backbone, border, json, threads,
        };
        command.SetAction(parsed =>
        {
            string[] names = parsed.GetValue(metrics)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                ?? [PairScores.Psnr, PairScores.Ssim];
            Lpips? lpips = null;
            if (names.Contains(PairScores.Lpips))
                lpips = files.Read(parsed) ?? throw new MezzotintException("LPIPS takes two files of weights: name them with --lpips and --backbone.");
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            EvaluationSet set = EvaluationSet.Open(parsed.GetRequiredValue(truths), parsed.GetRequiredValue(judged), scale: 1);
            PairScores? scores = null;
            BatchProgress.Run(session, "Scoring", set.Count, progress => scores = PairScores.Of(
                set, names, parsed.GetValue(border) ?? 0, lpips, device, name => progress.Begin(name), session.Cancellation));
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(scores!));
            else Print(session, scores!);
            return ExitCode.Done;
        });
        return command;
    }

    private static PairScoresDocument Document(PairScores scores) => new(
        [.. scores.Columns.Select((column, i) => new PairScoreDocument(column.Name, scores.Means[i], column.Protocol.Description))],
        [.. scores.Images.Select(image => new PairDocument(
            image.Name, scores.Columns.Select((column, i) => (column.Name, image.Values[i])).ToDictionary(pair => pair.Name, pair => pair.Item2)))]);

    private static void Print(Session session, PairScores scores)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Picture");
        foreach (PairColumn column in scores.Columns) table.AddColumn(new TableColumn(column.Name).RightAligned());
        foreach (PairImage image in scores.Images) table.AddRow([Markup.Escape(image.Name), .. image.Values.Select(Number)]);
        table.AddEmptyRow();
        table.AddRow([$"mean of {scores.Images.Count}", .. scores.Means.Select(Number)]);
        session.Write(table);
        foreach (string description in scores.Columns.Select(column => column.Protocol.Description).Distinct()) session.Output.WriteLine(description);
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString(Math.Abs(value) >= 2 ? "0.00" : "0.0000", CultureInfo.InvariantCulture) : "equal";
}
