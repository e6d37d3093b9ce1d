using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Evaluation;

public sealed class AugmentationScoresTests : IDisposable
{
    private const int Side = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cross_entropy_is_that_of_a_loop_in_double_precision()
    {
        float[] logits = [1, -2, 3, 90, 88, -90], classes = [0, 1, 0, 0, 1, 0];
        double expected = Enumerable.Range(0, 2).Average(row =>
        {
            double[] values = [.. logits.Skip(3 * row).Take(3).Select(value => (double)value)];
            return Math.Log(values.Sum(value => Math.Exp(value - 90))) + 90 - values[1];
        });
        float[] made = CpuDevice.Shared.Evaluate(CrossEntropy.Of(Tensor.Of([2, 3], logits), Tensor.Of([2, 3], classes)));
        Assert.Equal(expected, made[0], 1e-5);
    }

    /// <summary>
    /// Classes are where a bar stands. A real image a class says little of it, and generated ones with the bar at other heights say it.
    /// </summary>
    [Fact]
    public void Images_that_show_what_few_real_ones_do_not_raise_the_accuracy()
    {
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            Write("test", i, random);
            Write("generated", i, random);
        }

        Write("real", 0, random);
        IReadOnlyList<AugmentationScore> scores = Score("generated");
        Assert.Equal(["real", "real, shifted", "real and generated", "generated"], scores.Select(score => score.Kind));
        Assert.All(scores, score => Assert.Equal(3, score.Accuracies.Count));
        Assert.True(scores[2].Mean > 0.9, $"with generated images: {scores[2].Mean}");
        Assert.True(scores[2].Mean > scores[0].Mean, $"without: {scores[0].Mean}, with: {scores[2].Mean}");
        Assert.Equal(scores[0].Accuracies, Score("generated")[0].Accuracies);
    }

    [Fact]
    public void Sets_that_are_not_alike_are_refused()
    {
        Write("real", 0, new Random(1));
        Write("generated", 0, new Random(1));
        Write("test", 0, new Random(1));
        Directory.Delete(_folder["generated/left"], recursive: true);
        Write("generated/other", 0, new Random(1));
        File.Delete(_folder["generated/right/0.png"]);
        Assert.Contains("no class 'left'", Assert.Throws<EvaluationException>(() => Score("generated/other", rename: true)).Message);
        Assert.Contains("are asked for", Assert.Throws<EvaluationException>(() => Score("test")).Message);
    }

    [Fact]
    public void The_deviation_is_that_of_a_sample() =>
        Assert.Equal(1, new AugmentationScore("real", [1, 2, 3]).Deviation, 1e-12);

    private IReadOnlyList<AugmentationScore> Score(string generated, bool rename = false)
    {
        if (rename) Directory.Move(_folder[$"{generated}/left"], _folder[$"{generated}/top"]);
        return AugmentationScores.Of(
            Open("real"), Open(generated), Open("test"), new AugmentationProtocol(1, 20) { Runs = 3, Steps = 60, Batch = 16 }, CpuDevice.Shared,
            cancellation: TestContext.Current.CancellationToken);
    }

    private IImageSet Open(string folder) =>
        ImageSets.Open(new ImageSetRecipe { Train = [_folder[folder]], Layout = ImageLayout.Classes, Channels = 1 });

    private void Write(string folder, int number, Random random)
    {
        foreach ((string name, int column) in new[] { ("left", 1), ("right", 5) })
        {
            Directory.CreateDirectory(_folder[$"{folder}/{name}"]);
            int top = random.Next(6), left = column + random.Next(2);
            float[] samples = new float[Side * Side];
            for (int y = top; y < top + 3; y++) samples[y * Side + left] = 1;
            Picture.FromFloats(samples, Side, Side, 1).Save(_folder[$"{folder}/{name}/{number}.png"]);
        }
    }
}
