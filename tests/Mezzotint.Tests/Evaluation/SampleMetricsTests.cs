using Mezzotint.Evaluation;

namespace Mezzotint.Tests.Evaluation;

public sealed class SampleMetricsTests
{
    [Fact]
    public void A_kernel_distance_is_the_unbiased_discrepancy_of_the_definition()
    {
        FeatureRows a = Rows(30, 5, 1, 0), b = Rows(30, 5, 2, 0.3f);
        double K(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        {
            double dot = 0;
            for (int i = 0; i < x.Length; i++) dot += (double)x[i] * y[i];
            return Math.Pow(dot / x.Length + 1, 3);
        }

        double within = 0, between = 0;
        for (int i = 0; i < 30; i++)
            for (int j = 0; j < 30; j++)
            {
                if (i != j) within += K(a[i], a[j]) + K(b[i], b[j]);
                between += K(a[i], b[j]);
            }

        double expected = within / (30 * 29) - 2 * between / (30 * 30);
        KernelDistance distance = KernelDistance.Between(a, b, subsets: 3, subsetSize: 30, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected, distance.Mean, 1e-9);
        Assert.Equal((1, 0.0), (distance.Subsets, distance.Deviation)); // any other subset of 30 would be the same
    }

    [Fact]
    public void Of_one_distribution_the_kernel_distance_is_about_zero_and_of_two_it_is_not()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        KernelDistance same = KernelDistance.Between(Rows(400, 8, 3, 0), Rows(400, 8, 4, 0), 20, 100, cancellation: cancellation);
        KernelDistance other = KernelDistance.Between(Rows(400, 8, 3, 0), Rows(400, 8, 4, 1), 20, 100, cancellation: cancellation);
        Assert.True(Math.Abs(same.Mean) < 3 * same.Deviation / Math.Sqrt(20) + 0.01);
        Assert.True(other.Mean > 1);
        Assert.True(other.Deviation > 0);
        Assert.Contains("401", Assert.Throws<EvaluationException>(() => KernelDistance.Between(Rows(400, 8, 3, 0), Rows(400, 8, 4, 0), 1, 401, cancellation: cancellation)).Message);
    }

    [Fact]
    public void An_Inception_score_is_1_of_a_classifier_that_knows_nothing_and_the_number_of_classes_of_one_that_is_sure()
    {
        var nothing = new FeatureRows(4);
        var sure = new FeatureRows(4);
        for (int i = 0; i < 40; i++)
        {
            nothing.Add([2, 2, 2, 2]);
            sure.Add([.. Enumerable.Range(0, 4).Select(c => c == i % 4 ? 500f : 0)]);
        }

        Assert.Equal(1, InceptionScore.Of(nothing).Mean, 1e-12);
        Assert.Equal(4, InceptionScore.Of(sure).Mean, 1e-9);
    }

    [Fact]
    public void An_Inception_score_is_that_of_the_definition()
    {
        FeatureRows logits = Rows(20, 3, 5, 0);
        double[][] p = [.. Enumerable.Range(0, 20).Select(i =>
        {
            double[] e = [.. logits[i].ToArray().Select(x => Math.Exp(x))];
            return e.Select(x => x / e.Sum()).ToArray();
        })];
        double Part(double[][] some) => Math.Exp(some.Average(row =>
            Enumerable.Range(0, 3).Sum(c => row[c] * Math.Log(row[c] / some.Average(other => other[c])))));
        double[] parts = [Part(p[..10]), Part(p[10..])];
        InceptionScore score = InceptionScore.Of(logits, 2);
        Assert.Equal(parts.Average(), score.Mean, 1e-9);
        Assert.Equal(Math.Abs(parts[0] - parts[1]) / 2, score.Deviation, 1e-9);
    }

    [Fact]
    public void Precision_and_recall_density_and_coverage_are_those_of_the_definition()
    {
        FeatureRows real = Rows(25, 9, 6, 0), made = Rows(18, 9, 7, 0.4f);
        double Apart(FeatureRows a, int i, FeatureRows b, int j)
        {
            double sum = 0;
            for (int c = 0; c < 9; c++) sum += Math.Pow((double)a[i][c] - b[j][c], 2);
            return Math.Sqrt(sum);
        }

        double Radius(FeatureRows rows, int i) => Enumerable.Range(0, rows.Count).Where(j => j != i).Select(j => Apart(rows, i, rows, j)).Order().ElementAt(2);
        int[] ofReal = [.. Enumerable.Range(0, 25)], ofMade = [.. Enumerable.Range(0, 18)];
        bool InReal(int i, int j) => Apart(real, i, made, j) <= Radius(real, i);
        NeighbourhoodScores scores = NeighbourhoodScores.Between(real, made, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(ofMade.Count(j => ofReal.Any(i => InReal(i, j))) / 18.0, scores.Precision, 1e-12);
        Assert.Equal(ofReal.Count(i => ofMade.Any(j => Apart(real, i, made, j) <= Radius(made, j))) / 25.0, scores.Recall, 1e-12);
        Assert.Equal(ofMade.Sum(j => ofReal.Count(i => InReal(i, j))) / (3 * 18.0), scores.Density, 1e-12);
        Assert.Equal(ofReal.Count(i => ofMade.Any(j => InReal(i, j))) / 25.0, scores.Coverage, 1e-12);
    }

    [Fact]
    public void Far_apart_there_is_neither_precision_nor_recall_and_of_equal_sets_there_is_all()
    {
        FeatureRows rows = Rows(20, 4, 8, 0);
        NeighbourhoodScores far = NeighbourhoodScores.Between(rows, Rows(20, 4, 9, 50), cancellation: TestContext.Current.CancellationToken);
        NeighbourhoodScores near = NeighbourhoodScores.Between(rows, rows, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((0, 0, 0, 0), (far.Precision, far.Recall, far.Density, far.Coverage));
        Assert.Equal((1, 1, 1), (near.Precision, near.Recall, near.Coverage));
        Assert.Throws<EvaluationException>(() => NeighbourhoodScores.Between(rows, Rows(3, 4, 1, 0), cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<EvaluationException>(() => NeighbourhoodScores.Between(rows, Rows(9, 5, 1, 0), cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Two_protocols_are_compared_by_their_terms_and_the_one_that_differs_is_named()
    {
        var protocol = new SampleProtocol("LeNet5", "0123456789abcdef", "f6", "bilinear to 32x32", "28x28, channels 1", 5000, 5000, "the first", "fedcba");
        Protocol fid = protocol.For("Frechet distance");
        fid.RequireSame((protocol with { }).For("Frechet distance"));
        Protocol fewer = (protocol with { Generated = 1000 }).For("Frechet distance");
        Assert.Contains("generated is 5000 of one and 1000 of the other", Assert.Throws<EvaluationException>(() => fid.RequireSame(fewer)).Message);
        Assert.Contains("kernel distance", fid.DifferenceTo(protocol.For("kernel distance")));
        Assert.Contains("border", new ScoreProtocol(4).For("PSNR Y").DifferenceTo((new ScoreProtocol(4) with { Border = 0 }).For("PSNR Y")));
        Assert.Contains("LeNet5 f6, sha256:0123456789ab", fid.Description);
    }

    private static FeatureRows Rows(int count, int size, int seed, float shift)
    {
        var random = new Random(seed);
        var rows = new FeatureRows(size);
        rows.Add([.. Enumerable.Range(0, count * size).Select(_ => shift + (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))]);
        return rows;
    }
}
