using System.Text.Json;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Stored_features_have_the_stored_distances()
    {
        var sets = Safetensors.Read(SharedData.Path("golden/fid_lenet_f6_features.safetensors")).Arrays.ToDictionary(array => array.Name, array =>
        {
            var statistics = new FeatureStatistics(array.Shape[1]);
            statistics.Add(array.Data);
            return statistics;
        });
        using JsonDocument values = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden/fid_lenet_f6_values.json")));
        foreach (JsonProperty pair in values.RootElement.EnumerateObject())
        {
            string[] names = pair.Name.Split('|');
            double expected = pair.Value.GetDouble();
            Assert.Equal(expected, FrechetDistance.Between(sets[names[0]], sets[names[1]]), 1e-3 * expected);
            Assert.Equal(expected, FrechetDistance.Between(sets[names[1]], sets[names[0]]), 1e-3 * expected);
        }
    }

    [Fact]
    public void The_two_halves_of_the_test_digits_are_as_far_apart_as_is_known()
    {
        var extraction = new FeatureExtraction(FeatureNetworks.Read(SharedData.Path("weights/mnist-lenet5.pth")), "f6", CpuDevice.Shared);
        IImageSet test = ImageSets.OpenTest(SharedData.Path("mnist"), new ImageSetRecipe());
        FeatureStatistics whole = extraction.Statistics(test, 5000, cancellation: TestContext.Current.CancellationToken);
        var stored = new FeatureStatistics(84);
        stored.Add(Safetensors.Read(SharedData.Path("golden/fid_lenet_f6_features.safetensors")).Arrays.First(array => array.Name == "real_t10k_0_5000").Data);
        for (int i = 0; i < 84; i++) Assert.Equal(stored.Mean[i], whole.Mean[i], 1e-3);
        Assert.True(FrechetDistance.Between(whole, stored) < 0.01);
    }

    [Fact]
    public void Of_independent_normals_it_is_the_sum_of_squared_differences_of_means_and_deviations()
    {
        var random = new Random(1);
        (FeatureStatistics a, FeatureStatistics b) = (new FeatureStatistics(1), new FeatureStatistics(1));
        float[] x = [.. Enumerable.Range(0, 999).Select(_ => 1000 + random.NextSingle())], y = [.. Enumerable.Range(0, 77).Select(_ => 998 + 5 * random.NextSingle())];
        a.Add(x);
        b.Add(y);
        double Deviation(float[] values)
        {
            double mean = values.Average(v => (double)v);
            return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        }

        double expected = Math.Pow(x.Average(v => (double)v) - y.Average(v => (double)v), 2) + Math.Pow(Deviation(x) - Deviation(y), 2);
        Assert.Equal(expected, FrechetDistance.Between(a, b), 1e-9 * expected);
        Assert.Equal(0, FrechetDistance.Between(a, a), 1e-9);
    }

    [Fact]
    public void Statistics_are_the_same_however_vectors_come_and_are_those_of_the_definition()
    {
        var random = new Random(2);
        float[] rows = [.. Enumerable.Range(0, 50 * 7).Select(i => 100 + 3 * random.NextSingle() + i % 7)];
        (FeatureStatistics one, FeatureStatistics many) = (new FeatureStatistics(7), new FeatureStatistics(7));
        one.Add(rows);
        for (int at = 0; at < rows.Length; at += 7) many.Add(rows.AsSpan(at, 7));
        double[,] covariance = one.Covariance();
        Assert.Equal(covariance.Cast<double>(), many.Covariance().Cast<double>());
        for (int i = 0; i < 7; i++)
            for (int j = 0; j < 7; j++)
            {
                double expected = Enumerable.Range(0, 50).Sum(n => (rows[7 * n + i] - one.Mean[i]) * (rows[7 * n + j] - one.Mean[j])) / 49;
                Assert.Equal(expected, covariance[i, j], 1e-9);
            }
    }

    [Fact]
    public void What_has_no_distance_is_refused()
    {
        (FeatureStatistics a, FeatureStatistics b) = (new FeatureStatistics(2), new FeatureStatistics(3));
        Assert.Throws<EvaluationException>(() => FrechetDistance.Between(a, b));
        Assert.Throws<EvaluationException>(() => FrechetDistance.Between(a, a));
        Assert.Throws<EvaluationException>(() => a.Add([1, float.NaN]));
        Assert.Throws<ArgumentException>(() => a.Add([1]));
    }
}
