using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Families;
using Mezzotint.Families.Gan;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families;

public sealed class GanTrainingTests : IDisposable
{
    private const int Side = 8;

    private readonly TemporaryFolder _folder = new();

    public GanTrainingTests()
    {
        // Two classes that a mean tells apart: dark squares on the left, light ones on the right.
        for (int i = 0; i < 12; i++)
        {
            Write("data/dark", i, 0.05f + 0.02f * i);
            Write("data/light", i, 0.95f - 0.02f * i);
        }
    }

    public static TheoryData<string> Methods => new(
        "generator: {kind: dense, widths: [16, 16]}\ndiscriminator: {kind: dense, widths: [16], dropout: 0.3}\nobjective: {kind: minimax}",
        "generator: {kind: dense, widths: [16]}\ndiscriminator: {kind: small, channels: 4, dropout: 0.3}\nobjective: {realTarget: 0.9}",
        "generator: {channels: 4, hidden: [12]}\ndiscriminator: {channels: 4, hidden: [12, 8]}\nobjective: {relativistic: true}",
        "generator: {channels: 4}\ndiscriminator: {channels: 4}\nobjective: {kind: leastSquares}\naugment: [colour, translation, cutout]",
        "generator: {channels: 4}\ndiscriminator: {channels: 4, normalization: spectral}\nobjective: {kind: hinge, r1: 1, r1Every: 2}",
        "generator: {channels: 4}\ndiscriminator: {channels: 4}\nobjective: {kind: wasserstein, clip: 0.01}\ncriticSteps: 2\n"
            + "discriminatorOptimizer: {kind: rmsprop, learningRate: 5e-5}\ngeneratorOptimizer: {kind: rmsprop, learningRate: 5e-5}",
        "generator: {kind: resnet, channels: 4}\ndiscriminator: {kind: resnet, channels: 4}\nobjective: {kind: wasserstein, gradientPenalty: 10}\n"
            + "criticSteps: 3\nclasses: 2");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_training_that_is_stopped_and_resumed_equals_one_that_was_not(string method)
    {
        GanRecipe recipe = Recipe(method);
        Train(recipe, "whole", 5);
        Train(recipe, "parts", 3);
        Train(recipe, "parts", 5);
        Checkpoint whole = Load("whole", 5), parts = Load("parts", 5);
        Assert.Equal(whole.Arrays.Select(array => array.Name), parts.Arrays.Select(array => array.Name));
        foreach ((NamedArray a, NamedArray b) in whole.Arrays.Zip(parts.Arrays)) Assert.Equal(a.Data, b.Data);
        Assert.All(whole.Arrays, array => Assert.All(array.Data, value => Assert.True(float.IsFinite(value), array.Name)));
    }

    [Fact]
    public void Clipping_keeps_the_critics_weights_small()
    {
        Train(Recipe("generator: {channels: 4}\ndiscriminator: {channels: 4}\nobjective: {kind: wasserstein, clip: 0.01}"), "run", 2);
        NamedArray[] weights = [.. Load("run", 2).Arrays.Where(array => array.Name.StartsWith("discriminator.layers", StringComparison.Ordinal)
            && !array.Name.Contains("running", StringComparison.Ordinal))];
        Assert.NotEmpty(weights);
        Assert.All(weights, array => Assert.All(array.Data, value => Assert.InRange(value, -0.01f, 0.01f)));
    }

    [Fact]
    public void A_lazy_penalty_is_taken_at_every_so_many_steps()
    {
        using var training = new GanTraining(Recipe("discriminator: {normalization: none, channels: 4}\nobjective: {r1: 1, r1Every: 4}"));
        Assert.Equal(
            [true, false, false, false, true, false],
            Enumerable.Range(1, 6).Select(step => ReferenceEquals(training.StepAt(step), training.StepAt(1))));
    }

    /// <summary>The classes' true means are 0.7 apart.</summary>
    [Fact]
    public void A_conditional_generator_learns_what_its_classes_look_like()
    {
        GanRecipe recipe = Recipe("""
            classes: 2
            generator: {kind: dense, widths: [32], latent: 4}
            discriminator: {kind: dense, widths: [32]}
            objective: {r1: 0.1}
            generatorOptimizer: {learningRate: 3e-3}
            discriminatorOptimizer: {learningRate: 3e-3}
            emaDecay: 0.9
            """);
        Train(recipe, "run", 800);
        Generator generator = Generator.Load(_folder["run"]);
        Assert.Equal(["dark", "light"], generator.Classes);
        double dark = Mean("dark"), light = Mean("light");
        Assert.True(light - dark > 0.3, $"means: dark {dark}, light {light}");

        double Mean(string name) => Enumerable.Range(0, 16).Average(seed => generator.Generate((ulong)seed, name).ToFloats().Average());
    }

    [Fact]
    public void The_Frechet_distance_may_be_the_score_and_less_is_better()
    {
        string network = SharedData.Path("weights/mnist-lenet5.pth");
        GanRecipe recipe = Recipe($"generator: {{kind: dense, widths: [8]}}\ndiscriminator: {{kind: dense, widths: [8]}}\nfrechet: {{network: {network}, images: 20}}");
        Assert.Contains("--validation", Assert.Throws<RecipeException>(() => Train(recipe, "none", 1)).Message, StringComparison.Ordinal);
        Train(recipe.WithPlaces(new DataPlaces([_folder["data"]], _folder["data"])) with { ValidateEvery = 2 }, "run", 4);
        double[] scores = [.. File.ReadLines(_folder["run/metrics.jsonl"])
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["validation_frechet_distance"]?.GetValue<double>()).OfType<double>()];
        Assert.Equal(2, scores.Length);
        IImageSet real = ImageSets.Open(new ImageSetRecipe { Train = [_folder["data"]], Size = Side, Channels = 1 });
        var extraction = new FeatureExtraction(FeatureNetworks.Read(network), LeNet5.F6, CpuDevice.Shared);
        double kept = new SampleScores(extraction, new GeneratedImages(Generator.Load(_folder["run"]), 20), 20, real, 20)
            .Of([SampleScores.Fid], cancellation: TestContext.Current.CancellationToken)[0].Value;
        Assert.Equal(scores.Min(), kept, 1e-6 * kept);
    }

    [Fact]
    public void A_training_begins_with_another_ones_generator_and_discriminator()
    {
        const string Method = "generator: {channels: 4}\ndiscriminator: {channels: 4}\nobjective: {kind: hinge}";
        Train(Recipe(Method), "first", 3);
        Dictionary<string, NamedArray> before = Load("first", 3).Arrays.ToDictionary(array => array.Name);
        var said = new List<string>();
        using var training = new GanTraining(Recipe(Method) with { Seed = 8, Init = _folder["first"] });
        training.Open(new TrainingOpening { Say = said.Add });
        Assert.Contains(said, sentence => sentence.Contains("The discriminator begins as in", StringComparison.Ordinal));
        foreach (Variable variable in training.Variables.Where(variable => variable.Name.StartsWith("discriminator.layers", StringComparison.Ordinal)))
            Assert.Equal(before[variable.Name].Data, variable.ToArray());
        foreach (Variable variable in training.Variables.Where(variable => variable.Name.StartsWith("layers.", StringComparison.Ordinal)))
            Assert.Equal(before[$"average.{variable.Name}"].Data, variable.ToArray());
        foreach (Variable variable in training.Variables.Where(variable => variable.Name.StartsWith("discriminator.optimizer", StringComparison.Ordinal)))
            Assert.All(variable.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_sample_does_not_depend_on_what_is_made_beside_it()
    {
        Train(Recipe("generator: {channels: 4}\ndiscriminator: {channels: 4}\nclasses: 2"), "run", 2);
        Generator generator = Generator.Load(_folder["run"]);
        IReadOnlyList<Picture> many = generator.Generate(
            [.. Enumerable.Range(0, 37).Select(seed => new SampleRequest((ulong)seed) { Truncation = 0.7 })],
            cancellation: TestContext.Current.CancellationToken);
        foreach (int seed in new[] { 0, 15, 36 })
            Assert.Equal(many[seed].ToFloats(), generator.Generate((ulong)seed, truncation: 0.7).ToFloats());
        Assert.NotEqual(many[0].ToFloats(), generator.Generate(0).ToFloats());
        Assert.Equal("seed 36, truncation 0.7, class dark", many[36].Text[Generator.SettingsKey]);
        Assert.Equal(
            new SampleRequest(36) { Class = "dark", Truncation = 0.7 }, SampleRequest.Parse(many[36].Text[Generator.SettingsKey]));
    }

    [Fact]
    public void A_walk_begins_and_ends_at_its_seeds()
    {
        Train(Recipe("generator: {channels: 4}\ndiscriminator: {channels: 4}"), "run", 2);
        Generator generator = Generator.Load(_folder["run"]);
        IReadOnlyList<Picture> walk = generator.Walk([3, 4, 5], frames: 4, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(9, walk.Count);
        foreach ((int frame, ulong seed) in new[] { (0, 3ul), (4, 4ul), (8, 5ul) })
            Assert.Equal(generator.Generate(seed).ToFloats(), walk[frame].ToFloats());
    }

    [Theory]
    [InlineData("classes: 3", "says 3 classes, and the images have 2")]
    [InlineData("objective: {gradientPenalty: 10}", "'discriminator.normalization' is batch")]
    [InlineData("objective: {kind: wasserstein}", "must be kept from being steep")]
    [InlineData("generator: {kind: dense, hidden: [8]}", "'generator.hidden' is used by 'kind: dcgan' alone")]
    [InlineData("discriminator: {kind: small, hidden: [8]}", "'discriminator.hidden' is used by 'kind: dcgan' alone")]
    [InlineData("data: {size: 33}", "'data.size' is 33")]
    public void What_cannot_be_trained_is_refused(string yaml, string sentence) => Assert.Contains(
        sentence, Assert.ThrowsAny<MezzotintException>(() => Train(Recipe(yaml), "run", 1)).Message, StringComparison.Ordinal);

    private GanRecipe Recipe(string yaml)
    {
        string data = yaml.Contains("data:", StringComparison.Ordinal) ? "" : $"data: {{size: {Side}, batch: 4, flips: true, channels: 1}}\n";
        GanRecipe recipe = RecipeFile.Parse<GanRecipe>($"family: gan\n{data}{yaml}", "recipe.yaml");
        return recipe.WithPlaces(new DataPlaces([_folder["data"]])) with { CheckpointEvery = 1, KeepCheckpoints = 10 };
    }

    private void Train(GanRecipe recipe, string run, int steps)
    {
        // A schedule that does not depend on the number of steps, so that fewer of them are a part of more.
        recipe = recipe with { Steps = steps, SampleEvery = 1_000, CheckpointEvery = 1_000, Schedule = new ScheduleRecipe { Kind = ScheduleKind.Constant } };
        using var training = new GanTraining(recipe);
        string path = _folder[run];
        using RunDirectory folder = Directory.Exists(path) ? RunDirectory.Resume(path) : RunDirectory.Create(path, FamilyLibrary.Write(recipe));
        training.Open(new TrainingOpening());
        new Trainer(training, folder, CpuDevice.Shared, recipe.Intervals(), recipe.Seed).Run(cancellation: TestContext.Current.CancellationToken);
    }

    private Checkpoint Load(string run, int step) => Checkpoint.Load(_folder[$"{run}/checkpoints/step-{step:00000000}.safetensors"]);

    private void Write(string folder, int number, float value)
    {
        Directory.CreateDirectory(_folder[folder]);
        float[] samples = [.. Enumerable.Range(0, Side * Side).Select(i => value + 0.03f * (i % 2))];
        Picture.FromFloats(samples, Side, Side, 1, 8).Save(_folder[$"{folder}/{number}.png"]);
    }
}
