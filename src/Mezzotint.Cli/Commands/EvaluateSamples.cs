using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Commands;

/// <summary>
/// <c>mezzo evaluate fid</c> and <c>mezzo evaluate samples</c>: how near the distribution of images, of a folder or out of a generator,
/// comes to that of true ones.
/// </summary>
internal static class EvaluateSamples
{
    private const int UsualCount = 5000;
    private const string First = "first", Random = "random";
    private const string Logits = "logits";

    private static readonly Dictionary<string, InceptionResize> Resizes = new(StringComparer.Ordinal)
    {
        ["legacy_pytorch"] = InceptionResize.LegacyPyTorch,
        ["legacy_tensorflow"] = InceptionResize.LegacyTensorFlow,
        ["clean"] = InceptionResize.Clean,
    };

    private static readonly string[] WeightsEndings = [".safetensors", ".pth", ".pt", ".ckpt"];

    /// <summary>The verb for the Frechet distance alone.</summary>
    public static Command CreateFrechet(Session session) =>
        Create(session, "fid", "Compare images, or what a generator makes, with true ones by the Frechet distance of a network's features.", chosen: false);

    /// <summary>The verb for any of the scores.</summary>
    public static Command Create(Session session) => Create(
        session, "samples", "Compare images, or what a generator makes, with true ones: Frechet and kernel distance, Inception score, precision and recall.",
        chosen: true);

    private static Command Create(Session session, string name, string description, bool chosen)
    {
        var judged = new Argument<string>("RUN|MODEL|DIR")
        {
            Description = "What to judge: a run's folder, a model's file or a model of 'mezzo models' that generates pictures; a folder of pictures; an IDX file.",
        };
        var data = CommonOptions.Text("--data", "PATH", "True images: a folder, or an IDX file. Of a folder with IDX files to train and to test, the latter.");
        data.Required = true;
        var features = CommonOptions.Text(
            "--features", "FILE",
            "Weights of the network whose features are compared: LeNet-5, VGG-16, VGG-19, the normalised VGG-19, AlexNet, SqueezeNet, Inception v3.");
        features.Required = true;
        var layer = CommonOptions.Text("--layer", "NAME", "Which of its features. [default: the deepest before the logits]");
        var resize = CommonOptions.Text(
            "--resize", "legacy_pytorch|legacy_tensorflow|clean", "How images are brought to the 299 pixels of Inception v3. [default: legacy_pytorch]");
        resize.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Resizes.ContainsKey(token.Value))
                result.AddError($"--resize takes {string.Join(", ", Resizes.Keys)}, and not '{token.Value}'.");
        });
        var metrics = CommonOptions.Text("--metrics", "NAMES", "Which scores, with commas between: fid, kid, is, prdc. [default: fid,kid,prdc]");
        var classifier = CommonOptions.Text(
            "--classifier", "FILE", "Weights of the classifier whose logits the Inception score is of. [default: that of --features]");
        var count = CommonOptions.Count("--count", $"How many images to judge. [default: {UsualCount} of a generator, as far as there are true ones, else all]");
        var realCount = CommonOptions.Count("--real-count", "How many true ones to compare with. [default: as many, as far as there are]");
        var draw = CommonOptions.Text("--draw", "first|random", "Which true images. [default: first]");
        draw.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not (First or Random)) result.AddError($"--draw takes {First} or {Random}, and not '{token.Value}'.");
        });
        var drawSeed = CommonOptions.Seed("--draw-seed", "The seed of --draw random. [default: 0]");
        var seed = CommonOptions.Seed("--seed", "The first seed of a generator's images; the others follow it. [default: 0]");
        var truncation = CommonOptions.Truncation();
        var size = CommonOptions.Side("--size", "The side that images are cropped and resized to. [default: the generator's, or that of the true ones]");
        var noCache = new Option<bool>("--no-cache") { Description = "Neither use nor keep statistics of true images." };
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command(name, description)
        {
            judged.NoOption(), data, features, layer, resize, count, realCount, draw, drawSeed, seed, truncation, size, noCache, json, threads,
        };
        if (chosen)
        {
            command.Options.Add(metrics);
            command.Options.Add(classifier);
        }

        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            var request = new Request(
                parsed.GetRequiredValue(judged), parsed.GetRequiredValue(data)!, parsed.GetRequiredValue(features)!, parsed.GetValue(layer), parsed.GetValue(resize),
                chosen ? Names(parsed.GetValue(metrics)) : [SampleScores.Fid], chosen ? parsed.GetValue(classifier) : null, parsed.GetValue(count),
                parsed.GetValue(realCount), parsed.GetValue(draw) == Random ? parsed.GetValue(drawSeed) ?? 0 : null, parsed.GetValue(seed) ?? 0,
                parsed.GetValue(truncation), parsed.GetValue(size), !parsed.GetValue(noCache));
            if (parsed.GetValue(drawSeed) is not null && request.DrawSeed is null) throw new MezzotintException("--draw-seed goes with --draw random; add that.");
            (IReadOnlyList<SampleScore> scores, int generated, string? seeds) = Scores(session, request, device);
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(request, scores, generated, seeds));
            else Print(session, request, scores, seeds);
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Names(string? metrics) =>
        metrics?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray()
            ?? [SampleScores.Fid, SampleScores.Kid, SampleScores.Prdc];

    private static (IReadOnlyList<SampleScore> Scores, int Generated, string? Seeds) Scores(Session session, Request request, CpuDevice device)
    {
        IFeatureNetwork network = Read(request.Features, request);
        if (request.Resize is not null && network is not InceptionV3)
            throw new EvaluationException($"--resize is for Inception v3, and '{request.Features}' is of another network; leave it out.");
        string layer = request.Layer ?? network.Layers.Last(name => name != Logits);
        var extraction = new FeatureExtraction(network, layer, device);
        if (!network.Layers.Contains(layer)) throw new EvaluationException($"The network has no features '{layer}'; it has {string.Join(", ", network.Layers)}.");

        Generator? generator = IsModel(request.Judged) ? Generator.Load(request.Judged, device) : null;
        if (generator is null && request.Truncation is not null) throw new MezzotintException("--truncation is for a generator; leave it out.");
        IImageSet real = Open(request.Data, generator is null ? request.Size : generator.Width, network.Channels);
        if (generator is not null && request.Size is { } asked && asked != generator.Width)
            throw new MezzotintException($"The generator makes pictures of {generator.Width} pixels a side; leave out --size.");
        int wanted, there;
        IImageSet images;
        if (generator is null)
        {
            images = Open(request.Judged, request.Size ?? (real.Width == real.Height ? real.Width : null), network.Channels);
            there = Math.Min(real.Count, images.Count);
            wanted = request.Count ?? (request.RealCount is null ? there : images.Count);
        }
        else
        {
            wanted = request.Count ?? Math.Min(UsualCount, real.Count);
            images = new GeneratedImages(generator, wanted, request.Seed, request.Truncation);
        }

        FeatureExtraction? logits = Classifier(request, network, device);
        SampleScores.Require(request.Metrics, logits);
        var judge = new SampleScores(
            extraction, images, wanted, real, request.RealCount ?? Math.Min(wanted, real.Count), request.DrawSeed,
            request.Cache ? StatisticsCache.OfUser() : null, session.Cancellation);
        IReadOnlyList<SampleScore> scores = [];
        BatchProgress.Run(session, "Looking at", 1, progress =>
            scores = judge.Of(request.Metrics, logits, progress.Begin(request.Judged), session.Cancellation));
        string? seeds = generator is null ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"seeds {request.Seed}-{request.Seed + (ulong)wanted - 1}{(request.Truncation is { } limit ? $", truncation {limit:R}" : "")}, weights sha256:{generator.WeightsHash[..12]}");
        return (scores, wanted, seeds);
    }

    private static IFeatureNetwork Read(string path, Request request) =>
        FeatureNetworks.Read(path, request.Resize is { } resize ? Resizes[resize] : InceptionResize.LegacyPyTorch);

    private static FeatureExtraction? Classifier(Request request, IFeatureNetwork network, CpuDevice device)
    {
        IFeatureNetwork classifier = request.Classifier is { } path ? Read(path, request) : network;
        if (classifier.Layers.Contains(Logits)) return new FeatureExtraction(classifier, Logits, device);
        return request.Classifier is null ? null : throw new EvaluationException($"'{request.Classifier}' is of no classifier: it has no logits.");
    }

    /// <summary>Whether what is to be judged is a model rather than images: by its name, or what lies there.</summary>
    internal static bool IsModel(string path)
    {
        if (ModelLibrary.Names.Contains(path, StringComparer.Ordinal) || !Path.Exists(path)) return true;
        return File.Exists(path) ? WeightsEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) : ModelLibrary.IsModelFolder(path);
    }

    private static IImageSet Open(string path, int? size, int channels) =>
        ImageSets.OpenTest(path, new ImageSetRecipe { Size = size, Channels = channels });

    private static SampleScoresDocument Document(Request request, IReadOnlyList<SampleScore> scores, int generated, string? seeds) => new(
        request.Judged, seeds, scores.FirstOrDefault(score => score.Metric == SampleScores.Fid)?.Value, generated,
        [.. scores.Select(score => new SampleScoreDocument(
            score.Metric, score.Value, score.Deviation, score.Protocol.Description,
            score.Protocol.Terms.ToDictionary(term => term.Key, term => term.Value)))]);

    private static void Print(Session session, Request request, IReadOnlyList<SampleScore> scores, string? seeds)
    {
        foreach (SampleScore score in scores)
        {
            string format = Math.Abs(score.Value) >= 1 ? "0.000" : "0.00000";
            string value = score.Value.ToString(format, CultureInfo.InvariantCulture);
            string spread = score.Deviation is { } deviation ? $" (deviation {deviation.ToString(format, CultureInfo.InvariantCulture)})" : "";
            session.Output.WriteLine(request.Metrics is [SampleScores.Fid] ? value : $"{score.Metric,-9} {value}{spread}");
        }

        foreach (string description in scores.Select(score => score.Protocol.Description).Distinct()) session.Output.WriteLine(description);
        if (seeds is not null) session.Output.WriteLine($"{request.Judged}: {seeds}");
    }

    /// <summary>What is asked for.</summary>
    private sealed record Request(
        string Judged, string Data, string Features, string? Layer, string? Resize, IReadOnlyList<string> Metrics, string? Classifier, int? Count, int? RealCount,
        ulong? DrawSeed, ulong Seed, double? Truncation, int? Size, bool Cache);
}
