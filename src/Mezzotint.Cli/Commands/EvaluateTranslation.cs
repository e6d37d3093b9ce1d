using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data.Pairs;
using Mezzotint.Evaluation;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate translate</c>: how near translated pictures come to the truth.</summary>
internal static class EvaluateTranslation
{
    private static readonly string[] Columns = ["L1, of 255", "PSNR, dB", "SSIM"];

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "The folder of a run, or a model's file." };
        var data = CommonOptions.Text(
            "--data", "DIR", "Pairs: pictures that hold both, side by side; or a folder that holds a folder of inputs and one of targets.");
        data.Required = true;
        var side = CommonOptions.Text("--input-side", "left|right", "Of pictures side by side: the half that is given. [default: left]");
        var inputs = CommonOptions.Text("--inputs", "NAME", "The folder of inputs within the data. [default: A, where there is one]");
        var targets = CommonOptions.Text("--targets", "NAME", "The folder of targets within the data. [default: B]");
        var instances = CommonOptions.Text("--instances", "NAME", "The folder of instance maps within the data. [default: none]");
        var lpips = new LpipsOptions();
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("translate", "Translate the inputs of pairs and score the results against the true pictures.")
        {
            model.NoOption(), data, side, inputs, targets, instances, lpips.Heads, lpips.Backbone, json, threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(side) is not (null or "left" or "right")) result.AddError("--input-side takes left or right");
        });
        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            string name = parsed.GetRequiredValue(model), folder = parsed.GetRequiredValue(data)!;
            Translator translator = Translator.Load(name, device);
            if (translator.Description.Condition.Kind is not (ConditionKind.Picture or ConditionKind.Labels))
                throw new MezzotintException($"The model '{name}' restores {translator.Description.Given}, which pairs do not hold.");
            bool folders = parsed.GetValue(inputs) is not null || Directory.Exists(Path.Combine(folder, "A"));
            PairSet pairs = folders
                ? PairSet.Folders(
                    Path.Combine(folder, parsed.GetValue(inputs) ?? "A"), Path.Combine(folder, parsed.GetValue(targets) ?? "B"),
                    parsed.GetValue(instances) is { } belong ? Path.Combine(folder, belong) : null, translator.LabelScheme)
                : PairSet.SideBySide([folder], parsed.GetValue(side) == "right" ? PairSide.Right : PairSide.Left, translator.LabelScheme);
            Lpips? measure = lpips.Read(parsed);
            TranslationScores? scores = null;
            BatchProgress.Run(session, "Scoring", pairs.Count, progress => scores = TranslationScores.Of(
                pairs,
                pair =>
                {
                    progress.Begin(pair.Name);
                    return pair.Labels is { } labels
                        ? translator.Translate(labels, new TranslationOptions { Instances = pair.Instances })
                        : translator.Translate(pair.Input!);
                },
                measure is null ? null : (made, truth) => measure.Between(made, truth, device),
                session.Cancellation));
            if (parsed.GetValue(json))
            {
                Json.Write(session.Output, new TranslationDocument(
                    name, Protocol(measure), Figures(scores!.Mean), Figures(scores.Baseline),
                    [.. scores.Pairs.Select(pair => new TranslatedPairDocument(pair.Name, pair.Score.L1, pair.Score.Psnr, pair.Score.Ssim, pair.Score.Lpips))]));
            }
            else Print(session, name, scores!, measure);
            return ExitCode.Done;
        });
        return command;
    }

    private static TranslationFigures Figures(TranslationScore score) => new(score.L1, score.Psnr, score.Ssim, score.Lpips);

    private static string Protocol(Lpips? lpips) =>
        lpips is null ? TranslationScores.Protocol : $"{TranslationScores.Protocol}; {lpips.Protocol.Description}";

    private static void Print(Session session, string model, TranslationScores scores, Lpips? lpips)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Markup.Escape(model));
        foreach (string column in lpips is null ? Columns : [.. Columns, "LPIPS"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (TranslatedPair pair in scores.Pairs) table.AddRow(Row(pair.Name, pair.Score));
        table.AddEmptyRow();
        table.AddRow(Row($"mean of {scores.Pairs.Count}", scores.Mean));
        table.AddRow(Row("the mean colour", scores.Baseline));
        session.Write(table);
        session.Output.WriteLine(Protocol(lpips));
    }

    private static string[] Row(string name, TranslationScore score) =>
    [
        Markup.Escape(name),
        Number(score.L1, "0.00"),
        Number(score.Psnr, "0.00"),
        Number(score.Ssim, "0.0000"),
        .. score.Lpips is { } lpips ? [Number(lpips, "0.0000")] : Array.Empty<string>(),
    ];

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : double.IsNaN(value) ? "" : "equal";
}
