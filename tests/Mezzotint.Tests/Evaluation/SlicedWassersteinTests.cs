using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Evaluation;

public sealed class SlicedWassersteinTests
{
    [Fact]
    public void On_a_line_it_is_the_mean_distance_of_sorted_points() =>
        Assert.Equal(2, SlicedWasserstein.Distance([2, 0, 1], [3, 1, 5], 1, 4), 1e-6);

    /// <summary>On a line the cheapest assignment is that of sorted points; here it is found by trying all.</summary>
    [Fact]
    public void It_is_the_cheapest_assignment_along_each_direction()
    {
        const int Count = 6, Size = 19, Directions = 5;
        float[] first = Points(1, Count * Size), second = Points(2, Count * Size), direction = new float[Size];
        double expected = 0;
        for (int d = 0; d < Directions; d++)
        {
            SlicedWasserstein.Direction(9, d, direction);
            Assert.Equal(1, direction.Sum(x => (double)x * x), 1e-5);
            double[] a = Along(first), b = Along(second);
            expected += Permutations([.. Enumerable.Range(0, Count)]).Min(order => order.Select((to, from) => Math.Abs(a[from] - b[to])).Average()) / Directions;
        }

        Assert.Equal(expected, SlicedWasserstein.Distance(first, second, Size, Directions, seed: 9), 1e-5);

        double[] Along(float[] points) => [.. points.Chunk(Size).Select(point => point.Zip(direction, (x, y) => (double)x * y).Sum())];
    }

    /// <summary>
    /// A set moved by a vector is as far as the vector's mean size along a direction: for three dimensions half its length.
    /// </summary>
    [Fact]
    public void A_set_that_is_moved_is_half_the_way_off_in_three_dimensions()
    {
        float[] points = Points(3, 3 * 40), moved = [.. points.Select((x, i) => x + (i % 3 == 1 ? 5 : 0))];
        Assert.Equal(0, SlicedWasserstein.Distance(points, points, 3, 8));
        Assert.Equal(2.5, SlicedWasserstein.Distance(points, moved, 3, 20_000), 0.05);
    }

    [Fact]
    public void Sets_that_cannot_be_compared_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SlicedWasserstein.Distance([1, 2], [1], 1, 1));
        Assert.Throws<ArgumentException>(() => SlicedWasserstein.Distance([1, 2, 3], [1, 2, 3], 2, 1));
    }

    /// <summary>Every image is its latent vector: the generator knows the true images, or blurs them.</summary>
    [Fact]
    public void A_generator_of_the_true_images_beats_one_whose_finest_detail_is_gone()
    {
        var protocol = new PyramidProtocol(48, 8, 32);
        PyramidScores exact = Scores(withoutDetail: false), blurred = Scores(withoutDetail: true);
        Assert.Equal([8, 16], exact.Levels.Select(level => level.Side));
        Assert.Null(exact.Levels[0].Predecessor);
        LevelScore last = exact.Levels[1];
        Assert.True(last.Own.Finest < 0.2 * last.Predecessor!.Finest, $"own {last.Own}, predecessor {last.Predecessor}");
        Assert.Equal(blurred.Levels[1].Predecessor!.Finest, blurred.Levels[1].Own.Finest, 1e-3);
        Assert.Equal(last.Predecessor.Finest, blurred.Levels[1].Own.Finest, 1e-3);

        PyramidScores Scores(bool withoutDetail) => PyramidScores.Of(
            new Noise(withoutDetail), new NoiseImages(), CpuDevice.Shared, protocol, null, TestContext.Current.CancellationToken);
    }

    private static float[] Points(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => new[] { first }.Concat(rest).ToArray()));

    private sealed class Noise(bool blurred) : IMultiScaleGenerator
    {
        public int Levels => 2;

        public int Latent => 16 * 16;

        public int Width => 16;

        public int Height => 16;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public Tensor Generate(Tensor latent, Tensor? classes, Pass pass) => GenerateLevels(latent, classes, pass)[^1];

        public IReadOnlyList<Tensor> GenerateLevels(Tensor latent, Tensor? classes, Pass pass)
        {
            Tensor images = 0.5f + 0.1f * latent.Reshape([latent.Shape[0], 16, 16, 1]), low = LaplacianPyramid.Half(images);
            return [low, blurred ? LaplacianPyramid.Double(low) : images];
        }
    }

    private sealed class NoiseImages : IImageSet
    {
        public int Count => 48;

        public int Width => 16;

        public int Height => 16;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public string Fingerprint => "noise";

        public void Read(int index, Span<float> samples)
        {
            var random = new Random(index);
            for (int i = 0; i < samples.Length; i++)
                samples[i] = (float)(0.5 + 0.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        public int ClassOf(int index) => 0;
    }
}
