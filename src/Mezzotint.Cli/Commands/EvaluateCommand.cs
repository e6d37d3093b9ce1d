using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo evaluate</c>, and of its verbs <c>upscale</c>: how near enlarged pictures come to the truth.</summary>
internal static class EvaluateCommand
{
    private static readonly Dictionary<string, ResizeKernel> Interpolations = new(StringComparer.Ordinal)
    {
        ["bicubic"] = ResizeKernel.Bicubic,
        ["bilinear"] = ResizeKernel.Bilinear,
        ["nearest"] = ResizeKernel.Nearest,
    };

    private static readonly string[] Figures = ["PSNR Y, dB", "SSIM Y", "PSNR RGB, dB", "SSIM RGB"];

    public static Command Create(Session session) => new("evaluate", "Score a model.")
    {
        Upscale(session),
        EvaluateVaeCommand.Create(session),
        EvaluateSamples.CreateFrechet(session),
        EvaluateTranslation.Create(session),
        EvaluateSamples.Create(session),
        EvaluatePairs.Create(session),
        EvaluatePyramid.Create(session),
        EvaluateAugmentation.Create(session),
    };

    private static Command Upscale(Session session)
    {
        var truths = CommonOptions.Text("--hr", "DIR", "The folder of true pictures.");
        truths.Required = true;
        var lows = CommonOptions.Text(
            "--lr", "DIR",
            "The folder of small pictures, of the same names or with x4 at their end. [default: the true ones, reduced by bicubic]");
        var scale = CommonOptions.Scale("How many times larger the true pictures are, each way.");
        scale.Required = true;
        var model = CommonOptions.Text(
            "--model", "NAME|PATH",
            "bicubic, bilinear or nearest; a model of 'mezzo models', a model's file, or a run's folder. [default: that for the scale]");
        var features = CommonOptions.Text(
            "--features", "FILE", "Weights of a network, VGG-19 or the normalised VGG-19, the distance of whose features is a further score.");
        var lpips = new LpipsOptions();
        var photograph = new Option<bool>("--photograph")
        {
            Description = "Make the small pictures as the photo recipes do, by their defaults and seed 0, and not by bicubic reduction alone.",
        };
        var selfEnsemble = CommonOptions.SelfEnsemble();
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var where = DeviceChoice.Option();
        var command = new Command("upscale", "Enlarge small pictures and score them against the true ones by PSNR and SSIM.")
        {
            truths, lows, scale, model, selfEnsemble, photograph, features, lpips.Heads, lpips.Backbone, json, threads, where,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(photograph) && result.GetValue(lows) is not null)
                result.AddError("--photograph makes small pictures, and --lr gives them: give one of the two");
            if (result.GetValue(selfEnsemble) && result.GetValue(model) is { } name && Interpolations.ContainsKey(name))
                result.AddError($"--self-ensemble is for models, and {name} interpolates the same in every orientation; leave it out.");
        });
        command.SetAction(parsed =>
        {
            using Device device = DeviceChoice.Open(parsed.GetValue(where), parsed.GetValue(threads));
            int times = parsed.GetRequiredValue(scale)!.Value;
            (string name, Func<Picture, Picture> enlarge) = Enlarger(
                parsed.GetValue(model), times, parsed.GetValue(selfEnsemble), device, session.Cancellation);
            EvaluationSet set = EvaluationSet.Open(parsed.GetRequiredValue(truths)!, parsed.GetValue(lows), times);
            Degradation? degradation = parsed.GetValue(photograph) ? new Degradation(new DegradationRecipe(), times) : null;
            if (degradation is not null) set = set.Reduced((truth, index) => degradation.Apply(truth, 0, index));
            Lpips? measure = lpips.Read(parsed);
            PerceptualDistance? distance = parsed.GetValue(features) is { } file ? new PerceptualDistance(Seer(file), device) : null;
            SuperResolutionScores? scores = null;
            BatchProgress.Run(session, "Scoring", set.Count, progress =>
            {
                int next = 0;
                scores = SuperResolutionScores.Of(
                    set,
                    picture =>
                    {
                        progress.Begin(set.NameOf(next++));
                        return enlarge(picture);
                    },
                    distance: distance,
                    lpips: measure is null ? null : (made, truth) => measure.Between(made, truth, device),
                    cancellation: session.Cancellation);
            });
            string protocol = string.Join(
                "; ",
                new[]
                {
                    scores!.Protocol.Description,
                    degradation is null ? null : "small pictures made by the photo recipes' degradations, seed 0",
                    distance?.Description,
                    measure?.Protocol.Description,
                }.OfType<string>());
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(name, times, scores, protocol));
            else Print(session, name, scores, protocol);
            return ExitCode.Done;
        });
        return command;
    }

    private static (string Name, Func<Picture, Picture> Enlarge) Enlarger(
        string? model, int scale, bool selfEnsemble, Device device, CancellationToken cancellation)
    {
        if (model is not null && Interpolations.TryGetValue(model, out ResizeKernel kernel))
            return (model, picture => picture.Resize(picture.Width * scale, picture.Height * scale, kernel));
        (string name, _) = ModelChoice.Find(model ?? ModelLibrary.ForScale(scale, "bicubic"), scale);
        Upscaler upscaler = Upscaler.Load(name, device, new UpscaleOptions { SelfEnsemble = selfEnsemble });
        return (selfEnsemble ? $"{name}, self-ensemble" : name, picture => upscaler.Upscale(picture, null, cancellation));
    }

    private static EvaluationDocument Document(string model, int scale, SuperResolutionScores scores, string protocol)
    {
        SuperResolutionScore mean = scores.Mean;
        return new EvaluationDocument(
            model, scale, protocol, new ScoreDocument(mean.PsnrY, mean.SsimY, mean.PsnrRgb, mean.SsimRgb, mean.Perceptual, mean.Lpips),
            [.. scores.Images.Select(image => new ImageScoreDocument(
                image.Name, image.Width, image.Height, image.Score.PsnrY, image.Score.SsimY, image.Score.PsnrRgb, image.Score.SsimRgb,
                image.Score.Perceptual, image.Score.Lpips))]);
    }

    /// <summary>The network that a file holds, which must see colours.</summary>
    private static IFeatureNetwork Seer(string file)
    {
        IFeatureNetwork network = FeatureNetworks.Read(file);
        return network.Channels == 3 ? network : throw new EvaluationException($"The network of '{file}' sees grey; give a VGG-19's.");
    }

    private static void Print(Session session, string model, SuperResolutionScores scores, string protocol)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Markup.Escape(model));
        foreach (string column in Columns(scores.Mean)) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (NamedScore image in scores.Images) table.AddRow(Row(image.Name, image.Score));
        table.AddEmptyRow();
        table.AddRow(Row($"mean of {scores.Images.Count}", scores.Mean));
        session.Write(table);
        session.Output.WriteLine(protocol);
    }

    private static IEnumerable<string> Columns(SuperResolutionScore score) =>
    [
        .. Figures,
        .. score.Perceptual is null ? Array.Empty<string>() : ["features"],
        .. score.Lpips is null ? Array.Empty<string>() : ["LPIPS"],
    ];

    private static string[] Row(string name, SuperResolutionScore score) =>
    [
        Markup.Escape(name),
        Number(score.PsnrY, "0.00"),
        Number(score.SsimY, "0.0000"),
        Number(score.PsnrRgb, "0.00"),
        Number(score.SsimRgb, "0.0000"),
        .. score.Perceptual is { } perceptual ? [Number(perceptual, "0.0000")] : Array.Empty<string>(),
        .. score.Lpips is { } lpips ? [Number(lpips, "0.0000")] : Array.Empty<string>(),
    ];

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "equal";
}
