using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Evaluation;

public sealed class SampleScoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Statistics_that_were_kept_are_those_that_would_be_taken_and_damage_is_no_loss()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var extraction = new FeatureExtraction(new LeNet5(new Initialization(1)), "f6", CpuDevice.Shared);
        var images = new Noise(60, 3);
        string hash = StatisticsCache.HashOf(images, 60, cancellation);
        var cache = new StatisticsCache(_folder["cache"]);
        FeatureStatistics taken = extraction.Statistics(images, 60, cancellation: cancellation);
        FeatureStatistics first = cache.Statistics(extraction, images, 60, hash, cancellation: cancellation);
        int reads = images.Reads;
        FeatureStatistics kept = cache.Statistics(extraction, images, 60, hash, cancellation: cancellation);
        Assert.Equal(reads, images.Reads);
        Equal(taken, first);
        Equal(taken, kept);

        string file = Assert.Single(Directory.GetFiles(_folder["cache"]));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Equal(taken, cache.Statistics(extraction, images, 60, hash, cancellation: cancellation));
        Assert.True(images.Reads > reads);

        // Other weights, another layer, other images: others.
        cache.Statistics(new FeatureExtraction(new LeNet5(new Initialization(2)), "f6", CpuDevice.Shared), images, 60, hash, cancellation: cancellation);
        cache.Statistics(new FeatureExtraction(new LeNet5(new Initialization(1)), "logits", CpuDevice.Shared), images, 60, hash, cancellation: cancellation);
        var others = new Noise(60, 4);
        cache.Statistics(extraction, others, 60, StatisticsCache.HashOf(others, 60, cancellation), cancellation: cancellation);
        Assert.Equal(4, Directory.GetFiles(_folder["cache"]).Length);
    }

    [Fact]
    public void Images_drawn_at_random_are_all_different_ones_and_a_function_of_the_seed()
    {
        var images = new Noise(100, 1);
        int[] Drawn(ulong seed)
        {
            images.Order.Clear();
            IImageSet drawn = ImageSets.Draw(images, 40, seed);
            for (int i = 0; i < drawn.Count; i++) drawn.Read(i, new float[28 * 28]);
            return [.. images.Order];
        }

        int[] one = Drawn(1);
        Assert.Equal(40, one.Distinct().Count());
        Assert.Equal(one, Drawn(1));
        Assert.NotEqual(one, Drawn(2));
    }

    [Fact]
    public void Generated_images_are_the_pictures_of_their_seeds()
    {
        var description = new DcganDescription(8, 1, 4, [], 4, 8);
        var generator = new Generator(description.Build(3), CpuDevice.Shared);
        var images = new GeneratedImages(generator, 100, firstSeed: 10, truncation: 1.5);
        foreach (int index in new[] { 0, 99, 63, 64, 5 })
        {
            float[] samples = new float[64];
            images.Read(index, samples);
            Assert.Equal(generator.Generate(10 + (ulong)index, truncation: 1.5).ToFloats(), samples);
        }

        Assert.Equal((100, 8, 8, 1), (images.Count, images.Width, images.Height, images.Channels));
    }

    [Fact]
    public void Scores_share_features_and_are_those_taken_one_by_one()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var extraction = new FeatureExtraction(new LeNet5(new Initialization(1)), "f6", CpuDevice.Shared);
        var logits = new FeatureExtraction(extraction.Network, "logits", CpuDevice.Shared);
        (Noise judged, Noise real) = (new Noise(50, 1), new Noise(60, 2));
        var scores = new SampleScores(extraction, judged, 50, real, 60, cancellation: cancellation);
        IReadOnlyList<SampleScore> all = scores.Of(["fid", "kid", "is", "prdc"], logits, cancellation: cancellation);
        Assert.Equal(["fid", "kid", "is", "precision", "recall", "density", "coverage"], all.Select(score => score.Metric));
        double fid = FrechetDistance.Between(
            extraction.Statistics(judged, 50, cancellation: cancellation), extraction.Statistics(real, 60, cancellation: cancellation));
        Assert.Equal(fid, all[0].Value);
        Assert.Equal(fid, scores.Of(["fid"], cancellation: cancellation)[0].Value);
        Assert.Contains("generated 50; real 60, the first", all[0].Protocol.Description);
        Assert.Contains("'psnr'", Assert.Throws<EvaluationException>(() => scores.Of(["psnr"], cancellation: cancellation)).Message);
        Assert.Throws<EvaluationException>(() => scores.Of(["is"], cancellation: cancellation));
        Assert.Throws<EvaluationException>(() => new SampleScores(extraction, judged, 51, real, 60, cancellation: cancellation));
    }

    private static void Equal(FeatureStatistics expected, FeatureStatistics actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Mean, actual.Mean);
        Assert.Equal(expected.Covariance().Cast<double>(), actual.Covariance().Cast<double>());
    }

    private sealed class Noise(int count, int seed) : IImageSet
    {
        public int Count => count;

        public int Width => 28;

        public int Height => 28;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public string Fingerprint => "noise";

        public int Reads { get; private set; }

        public List<int> Order { get; } = [];

        public void Read(int index, Span<float> samples)
        {
            Reads++;
            Order.Add(index);
            var random = new Random(seed * 1000 + index);
            for (int i = 0; i < samples.Length; i++) samples[i] = random.NextSingle();
        }

        public int ClassOf(int index) => 0;
    }
}
