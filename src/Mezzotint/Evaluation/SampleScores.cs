using Mezzotint.Data;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>A score and how it was taken.</summary>
/// <param name="Metric">Its short name: <c>fid</c>.</param>
/// <param name="Value">The score.</param>
/// <param name="Deviation">The standard deviation between its parts; null where it has none.</param>
/// <param name="Protocol">How it was taken.</param>
public sealed record SampleScore(string Metric, double Value, double? Deviation, Protocol Protocol);

/// <summary>Scores of a set of images beside true ones, by the features that a network sees.</summary>
public sealed class SampleScores
{
    /// <summary>The Frechet distance.</summary>
    public const string Fid = "fid";

    /// <summary>The kernel distance.</summary>
    public const string Kid = "kid";

    /// <summary>The Inception score; it wants a layer of logits.</summary>
    public const string InceptionScoreName = "is";

    /// <summary>Precision and recall, density and coverage.</summary>
    public const string Prdc = "prdc";

    /// <summary>The short names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [Fid, Kid, InceptionScoreName, Prdc];

    private readonly FeatureExtraction _extraction;
    private readonly IImageSet _judged, _real;
    private readonly int _generated, _realCount;
    private readonly string _realHash;
    private readonly SampleProtocol _protocol;
    private readonly StatisticsCache? _cache;

    /// <summary>Images to judge, and what they are compared with.</summary>
    /// <param name="extraction">What sees their features.</param>
    /// <param name="judged">The images to judge.</param>
    /// <param name="generated">How many of them, the first.</param>
    /// <param name="real">True images.</param>
    /// <param name="realCount">How many of them.</param>
    /// <param name="drawSeed">The seed by which they are chosen at random; null for the first.</param>
    /// <param name="cache">Where statistics of true images are kept; null for nowhere.</param>
    /// <param name="cancellation">Ends the reading of the true images.</param>
    /// <exception cref="EvaluationException">There are fewer images, or the sets are not alike.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleScores(
        FeatureExtraction extraction, IImageSet judged, int generated, IImageSet real, int realCount, ulong? drawSeed = null,
        StatisticsCache? cache = null, CancellationToken cancellation = default)
    {
        if (generated > judged.Count) throw TooFew(generated, judged.Count, "images to judge", "--count");
        if (realCount > real.Count) throw TooFew(realCount, real.Count, "true images", "--real-count");
        if (judged.Width != real.Width || judged.Height != real.Height)
        {
            throw new EvaluationException(
                $"The images to judge have {judged.Width}x{judged.Height} pixels and the true ones {real.Width}x{real.Height}; bring both to one size with --size.");
        }

        (_extraction, _judged, _generated, _realCount, _cache) = (extraction, judged, generated, realCount, cache);
        _real = drawSeed is { } seed ? ImageSets.Draw(real, realCount, seed) : real;
        _realHash = StatisticsCache.HashOf(_real, realCount, cancellation);
        string channels = judged.Channels == real.Channels ? $"{real.Channels}" : $"{judged.Channels} and {real.Channels}";
        _protocol = new SampleProtocol(
            extraction.Network.GetType().Name, Weights.FeatureNetworks.HashOf(extraction.Network), extraction.Layer, extraction.Network.Preparation,
            $"{real.Width}x{real.Height}, channels {channels}", generated, realCount,
            drawSeed is { } drawn ? $"drawn at random by seed {drawn}" : "the first", _realHash);
    }

    /// <summary>Takes scores; features that several need are taken once.</summary>
    /// <param name="metrics">Which, by their short names.</param>
    /// <param name="logits">What gives the logits for the Inception score; null where it is not asked for.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="EvaluationException">There is no such score, a set is too small for one, or the Inception score is asked for
    /// without logits.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<SampleScore> Of(
        IReadOnlyList<string> metrics, FeatureExtraction? logits = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Require(metrics, logits);
        bool each = metrics.Contains(Kid) || metrics.Contains(Prdc);
        var stages = new Stages(progress, (metrics.Contains(Fid) || each ? 1 : 0) + (metrics.Contains(Fid) ? 1 : 0) + (each ? 1 : 0)
            + (metrics.Contains(InceptionScoreName) ? 1 : 0));

        // Where features are kept anyway, the statistics are theirs.
        FeatureRows? judgedRows = each ? _extraction.Rows(_judged, _generated, stages.Next(), cancellation) : null;
        FeatureRows? realRows = each ? _extraction.Rows(_real, _realCount, stages.Next(), cancellation) : null;
        var scores = new List<SampleScore>();
        if (metrics.Contains(Fid)) scores.Add(Frechet(judgedRows, stages, cancellation));
        if (metrics.Contains(Kid)) scores.Add(Kernel(judgedRows!, realRows!, cancellation));
        if (metrics.Contains(InceptionScoreName)) scores.Add(Inception(logits!, stages, cancellation));
        if (metrics.Contains(Prdc)) scores.AddRange(Neighbourhoods(judgedRows!, realRows!, cancellation));
        return scores;
    }

    /// <summary>Refuses what <see cref="Of"/> would refuse, before any image is looked at.</summary>
    /// <param name="metrics">The scores that will be asked for.</param>
    /// <param name="logits">What gives the logits for the Inception score; null where it is not asked for.</param>
    /// <exception cref="EvaluationException">There is no such score, or the Inception score is asked for without logits.</exception>
    public static void Require(IReadOnlyList<string> metrics, FeatureExtraction? logits)
    {
        if (metrics.Count == 0 || metrics.FirstOrDefault(name => !Names.Contains(name)) is not null)
            throw new EvaluationException($"There is no score '{metrics.FirstOrDefault(name => !Names.Contains(name))}'; there are {string.Join(", ", Names)}.");
        if (metrics.Contains(InceptionScoreName) && logits is null)
            throw new EvaluationException("The Inception score takes a classifier's logits, and the network has none; name one with --classifier.");
    }

    private SampleScore Frechet(FeatureRows? judgedRows, Stages stages, CancellationToken cancellation)
    {
        FeatureStatistics judged;
        if (judgedRows is null)
        {
            judged = _extraction.Statistics(_judged, _generated, stages.Next(), cancellation);
        }
        else
        {
            judged = new FeatureStatistics(judgedRows.Size);
            for (int i = 0; i < judgedRows.Count; i++) judged.Add(judgedRows[i]);
        }

        FeatureStatistics real = _cache is null
            ? _extraction.Statistics(_real, _realCount, stages.Next(), cancellation)
            : _cache.Statistics(_extraction, _real, _realCount, _realHash, stages.Next(), cancellation);
        return new SampleScore(
            Fid, FrechetDistance.Between(judged, real), null, _protocol.For("Frechet distance", new ProtocolTerm("covariances", "unbiased, float64")));
    }

    private SampleScore Kernel(FeatureRows judged, FeatureRows real, CancellationToken cancellation)
    {
        int size = Math.Min(KernelDistance.UsualSubsetSize, Math.Min(judged.Count, real.Count));
        KernelDistance distance = KernelDistance.Between(judged, real, subsetSize: size, cancellation: cancellation);
        return new SampleScore(
            Kid, distance.Mean, distance.Subsets > 1 ? distance.Deviation : null,
            _protocol.For("kernel distance", new ProtocolTerm("kernel", "(x·y/d + 1)³, unbiased, float64"),
                new ProtocolTerm("subsets", distance.Subsets > 1 ? $"{distance.Subsets} of {distance.SubsetSize}, seed 0" : "none, all at once")));
    }

    private SampleScore Inception(FeatureExtraction logits, Stages stages, CancellationToken cancellation)
    {
        FeatureRows rows = logits.Rows(_judged, _generated, stages.Next(), cancellation);
        InceptionScore score = InceptionScore.Of(rows, Math.Min(InceptionScore.UsualSplits, rows.Count));
        SampleProtocol protocol = _protocol with
        {
            Network = logits.Network.GetType().Name,
            NetworkHash = Weights.FeatureNetworks.HashOf(logits.Network),
            Layer = logits.Layer,
            Preparation = logits.Network.Preparation,
        };
        Protocol whole = protocol.For("Inception score", new ProtocolTerm("splits", $"{score.Splits}"));
        return new SampleScore(
            InceptionScoreName, score.Mean, score.Deviation, whole with { Terms = [.. whole.Terms.Where(term => term.Key != "real")] });
    }

    private SampleScore[] Neighbourhoods(FeatureRows judged, FeatureRows real, CancellationToken cancellation)
    {
        NeighbourhoodScores scores = NeighbourhoodScores.Between(real, judged, cancellation: cancellation);
        var k = new ProtocolTerm("k", $"{scores.Neighbours}");
        return
        [
            new SampleScore("precision", scores.Precision, null, _protocol.For("precision", k)),
            new SampleScore("recall", scores.Recall, null, _protocol.For("recall", k)),
            new SampleScore("density", scores.Density, null, _protocol.For("density", k)),
            new SampleScore("coverage", scores.Coverage, null, _protocol.For("coverage", k)),
        ];
    }

    private static EvaluationException TooFew(int asked, int there, string what, string option) =>
        new($"{asked:N0} {what} are asked for, and there are {there:N0}; give {option} {there} or less.");

    /// <summary>The shares of stages of about the same length as a share of all.</summary>
    private sealed class Stages(IProgress<double>? progress, int count)
    {
        private int _begun;

        public IProgress<double>? Next()
        {
            int stage = _begun++;
            return progress is null ? null : new Part(progress, stage, count);
        }

        private sealed class Part(IProgress<double> whole, int stage, int count) : IProgress<double>
        {
            public void Report(double value) => whole.Report(Math.Min(1, (stage + value) / count));
        }
    }
}
