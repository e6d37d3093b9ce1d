using Mezzotint.Families;
using Mezzotint.Families.Gan;
using Mezzotint.Families.Hierarchical;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families.Hierarchical;

public sealed class HierarchicalTrainingTests : IDisposable
{
    private const int Side = 32;
    private const float Detail = 0.2f;

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// Even greys with stripes of one pixel, alike in all: the low-pass is the grey, and the finest band's size is known.
    /// </summary>
    public HierarchicalTrainingTests()
    {
        Directory.CreateDirectory(_folder["data"]);
        for (int image = 0; image < 16; image++)
        {
            float grey = 0.4f + 0.0125f * image;
            float[] samples = [.. Enumerable.Range(0, Side * Side).Select(i => grey + (i % 2 == 0 ? Detail : -Detail))];
            Picture.FromFloats(samples, Side, Side, 1, 8).Save(_folder[$"data/{image:00}.png"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("details: {channels: 4, blocks: 1, input: generated}")]
    [InlineData("details: {channels: [4, 6], blocks: 1, input: real}\nmain: {kind: dcgan, channels: 4, latent: 6}\nobjective: {kind: hinge}")]
    [InlineData("details: {channels: 4}\ndiscriminator: {channels: 4, normalization: none}\nobjective: {r1: 1, r1Every: 2}\naugment: [translation]")]
    [InlineData("details: {channels: 4}\ndiscriminator: {channels: 4, normalization: none}\nobjective: {kind: wasserstein, gradientPenalty: 10}\ncriticSteps: 2")]
    public void A_training_that_is_stopped_in_any_stage_and_resumed_equals_one_that_was_not(string method)
    {
        HierarchicalRecipe recipe = Recipe($"{method}\nstages: {{main: 2, auxiliary: [2, 1]}}");
        Train(recipe, "whole", 8);
        foreach (int steps in new[] { 2, 3, 5, 8 }) Train(recipe, "parts", steps);
        Checkpoint whole = Load("whole", 8), parts = Load("parts", 8);
        Assert.Equal(whole.Arrays.Select(array => array.Name), parts.Arrays.Select(array => array.Name));
        foreach ((NamedArray a, NamedArray b) in whole.Arrays.Zip(parts.Arrays)) Assert.Equal(a.Data, b.Data);
        Assert.All(whole.Arrays, array => Assert.All(array.Data, value => Assert.True(float.IsFinite(value), array.Name)));
    }

    [Fact]
    public void In_each_stage_one_level_moves_and_at_last_all_do()
    {
        HierarchicalRecipe recipe = Recipe("stages: {main: 1, auxiliary: 1}");
        Train(recipe, "run", 4, checkpointEvery: 1);
        HashSet<string> all = [.. Load("run", 4).Arrays.Select(array => LevelOf(array.Name))];
        Assert.Equal(["0", "1", "2"], all.Order());
        Assert.Equal(["1"], Moved(1, 2));
        Assert.Equal(["2"], Moved(2, 3));
        Assert.Equal(["0", "1", "2"], Moved(3, 4));

        string[] Moved(int from, int to) =>
        [
            .. Load("run", from).Arrays.Zip(Load("run", to).Arrays).Where(pair => !pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data))
                .Select(pair => LevelOf(pair.First.Name)).Distinct().Order(),
        ];
    }

    /// <summary>
    /// The minimum over all generators of the sum of the levels' costs, written plainly, against the discriminators as they have moved.
    /// </summary>
    [Fact]
    public void In_the_last_stage_a_level_is_moved_by_what_the_larger_ones_cost_too()
    {
        const int Batch = 4;
        HierarchicalRecipe recipe = Recipe("stages: {main: 0, auxiliary: 0}\ndata: {size: 32, channels: 1, batch: 4}")
            .WithPlaces(new DataPlaces([_folder["data"]]));
        using var training = new HierarchicalTraining(recipe);
        training.Open(new TrainingOpening());
        HierarchicalGenerator generator = recipe.Describe().Build(recipe.Seed);
        training.Begin(0);
        var bindings = new Bindings();
        training.Feed(bindings, 1, TestContext.Current.CancellationToken);
        CpuDevice.Shared.Run(training.StepAt(1).Step, bindings);
        Dictionary<string, Variable> after = training.Variables.ToDictionary(variable => variable.Name);

        var noise = new RandomStream(Tensor.Of([3], RandomStream.Key(recipe.Seed, 1))); // the first that the step draws
        var pass = new Pass(new Updates());
        Tensor? below = null;
        Tensor total = 0;
        for (int level = 0; level < recipe.Levels; level++)
        {
            below = generator.Level(level, below, noise.Normal([Batch, generator.LatentSizes[level]]), pass);
            var judge = new GanDiscriminator(recipe.Discriminator, generator.SideOf(level), 1, 0, recipe.Seed, $"discriminator.{level}");
            foreach (Variable variable in judge.Network.Variables) variable.Set(after[variable.Name].ToArray());
            total += (-judge.Judge(below, null, pass)).Softplus().Mean();
        }

        Variable[] weights = [.. generator.Parameters];
        Assert.Contains(weights, variable => LevelOf(variable.Name) == "0");
        RunResult expected = CpuDevice.Shared.Run(new Step(Gradients.Of(total, [.. weights.Select(variable => variable.Value)])));
        for (int i = 0; i < weights.Length; i++)
        {
            float[] means = after[$"generator.{LevelOf(weights[i].Name)}.optimizer.mean.{weights[i].Name}"].ToArray();
            double scale = expected[i].Max(Math.Abs) + 1e-6;
            Assert.All(means.Zip(expected[i]), pair => Assert.Equal(pair.Second, 2 * pair.First, 1e-3 * scale)); // Adam's first mean is half the gradient
        }
    }

    [Fact]
    public void Stages_are_functions_of_the_steps_number()
    {
        var stages = new HierarchicalStages([3, 2, 0], 10);
        Assert.Equal([0, 0, 0, 1, 1, 3, 3, 3, 3, 3], Enumerable.Range(1, 10).Select(step => stages.At(step)));
        Assert.Equal([1, 2, 3, 3, 3, 4, 5, 6, 7, 8], Enumerable.Range(1, 10).Select(step => stages.MovesOf(0, step)));
        Assert.Equal([0, 0, 0, 1, 2, 3, 4, 5, 6, 7], Enumerable.Range(1, 10).Select(step => stages.MovesOf(1, step)));
        Assert.Equal(5, stages.MovesOf(2));
    }

    /// <summary>Stripes of one pixel of size 0.2 lose all of it in the low-pass, so the finest band's root mean square is 0.2.</summary>
    [Fact]
    public void A_level_learns_how_large_the_detail_is()
    {
        HierarchicalRecipe recipe = Recipe("""
            levels: 2
            data: {size: 16, channels: 1, batch: 16}
            details: {channels: 8, blocks: 1, input: real}
            discriminator: {channels: 8, normalization: spectral}
            stages: {main: 1, auxiliary: 300}
            generatorOptimizer: {learningRate: 3e-3}
            discriminatorOptimizer: {learningRate: 3e-3}
            emaDecay: 0.9
            """);
        Directory.Delete(_folder["data"], recursive: true);
        Directory.CreateDirectory(_folder["data"]);
        for (int image = 0; image < 16; image++)
        {
            float grey = 0.4f + 0.0125f * image;
            Picture.FromFloats([.. Enumerable.Range(0, 256).Select(i => grey + (i % 2 == 0 ? Detail : -Detail))], 16, 16, 1, 8).Save(_folder[$"data/{image}.png"]);
        }

        Train(recipe, "first", 1);
        Train(recipe, "run", 301);
        double first = DetailOf("first"), learned = DetailOf("run");
        Assert.True(first < 0.4 * Detail, $"detail of {first} before");
        Assert.InRange(learned, 0.6 * Detail, 1.5 * Detail);
    }

    [Fact]
    public void A_model_shows_its_levels_and_its_picture_is_the_last_of_them()
    {
        Train(Recipe("stages: {main: 1, auxiliary: 1}"), "run", 2);
        Generator generator = Generator.Load(_folder["run"]);
        Assert.Equal(3, generator.Levels);
        IReadOnlyList<Picture> levels = generator.GenerateLevels([new SampleRequest(5)], null, TestContext.Current.CancellationToken)[0];
        Assert.Equal([8, 16, 32], levels.Select(one => one.Width));
        Assert.Equal(generator.Generate(5).ToFloats(), levels[^1].ToFloats());
    }

    [Fact]
    public void Over_fewer_steps_stages_keep_their_shares()
    {
        var recipe = (HierarchicalRecipe)(Recipe("stages: {main: 40, auxiliary: [20, 10]}") with { Steps = 100 }).Over(50);
        Assert.Equal((50, 20), (recipe.Steps, recipe.Stages.Main));
        Assert.Equal([10, 5], recipe.Stages.Auxiliary);
    }

    /// <summary>The loss of the features of a real network, where it is there.</summary>
    [Fact]
    public void A_perceptual_loss_is_added_to_the_adversarial_one()
    {
        string network = SharedData.Path("weights/vgg_normalised_conv3_1.pth");
        Train(Recipe("stages: {main: 0, auxiliary: 0}"), "plain", 1);
        Train(Recipe($"stages: {{main: 0, auxiliary: 0}}\nperceptual: {{network: '{network}', weight: 2}}"), "seeing", 1);
        Assert.True(LossOf("seeing") > LossOf("plain") + 0.01, $"{LossOf("seeing")} and {LossOf("plain")}");

        double LossOf(string run) => System.Text.Json.JsonDocument.Parse(File.ReadLines(_folder[$"{run}/metrics.jsonl"]).First())
            .RootElement.GetProperty("g_loss").GetDouble();
    }

    [Theory]
    [InlineData("levels: 4", "'data.size' is 32, which cannot be halved")]
    [InlineData("details: {channels: [4, 4, 4]}", "'details.channels' has 3 numbers, and there are 2 auxiliary generators")]
    [InlineData("data: {size: 40, channels: 1}", "'main.kind' is unet")]
    [InlineData("objective: {r1: 1}\ndiscriminator: {normalization: batch}", "'discriminator.normalization' is batch")]
    [InlineData("perceptual: {layers: [relu9_1]}", "'perceptual.layers' has 'relu9_1'")]
    public void What_cannot_be_trained_is_refused(string yaml, string sentence) => Assert.Contains(
        sentence, Assert.ThrowsAny<MezzotintException>(() => Recipe(yaml)).Message, StringComparison.Ordinal);

    private static string LevelOf(string name)
    {
        string[] words = name.Replace("average.", "", StringComparison.Ordinal).Split('.');
        return words[0] is "generator" or "discriminator" or "details" ? words[1] : "0";
    }

    private static HierarchicalRecipe Recipe(string yaml)
    {
        var text = new System.Text.StringBuilder("family: hierarchical\n");
        foreach ((string key, string line) in new[]
        {
            ("data", $"data: {{size: {Side}, channels: 1, batch: 4, flips: true}}"), ("main", "main: {channels: 4, planes: 2}"),
            ("details", "details: {channels: 4, blocks: 1}"), ("discriminator", "discriminator: {channels: 4}"),
        })
        {
            if (!yaml.Contains($"{key}:", StringComparison.Ordinal)) text.AppendLine(line);
        }

        return RecipeFile.Parse<HierarchicalRecipe>($"{text}{yaml}", "recipe.yaml");
    }

    private void Train(HierarchicalRecipe recipe, string run, int steps, int checkpointEvery = 1_000)
    {
        // A schedule that does not depend on the number of steps, so that fewer of them are a part of more.
        recipe = recipe.WithPlaces(new DataPlaces([_folder["data"]])) with
        {
            Steps = steps,
            SampleEvery = 1_000,
            CheckpointEvery = checkpointEvery,
            KeepCheckpoints = 10,
            LogEvery = 1,
            Schedule = new ScheduleRecipe { Kind = ScheduleKind.Constant },
        };
        using var training = new HierarchicalTraining(recipe);
        string path = _folder[run];
        using RunDirectory folder = Directory.Exists(path) ? RunDirectory.Resume(path) : RunDirectory.Create(path, FamilyLibrary.Write(recipe));
        training.Open(new TrainingOpening());
        new Trainer(training, folder, CpuDevice.Shared, recipe.Intervals(), recipe.Seed).Run(cancellation: TestContext.Current.CancellationToken);
    }

    private Checkpoint Load(string run, int step) => Checkpoint.Load(_folder[$"{run}/checkpoints/step-{step:00000000}.safetensors"]);

    /// <summary>Half the mean difference of neighbours in a row, over generated images.</summary>
    private double DetailOf(string run)
    {
        Generator generator = Generator.Load(_folder[run]);
        return Enumerable.Range(0, 8).Average(seed =>
        {
            float[] samples = generator.Generate((ulong)seed).ToFloats();
            return Enumerable.Range(0, samples.Length / 2).Average(i => Math.Abs(samples[2 * i] - samples[2 * i + 1]) / 2);
        });
    }
}
