using System.Globalization;
using System.Text.Json.Nodes;
using Mezzotint.Data;
using Mezzotint.Families;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Reference;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families;

public sealed class AdversarialStageTests : IDisposable
{
    private const string Plain = "pixel: 1, chooseBy: psnr, perceptual: {weight: 0}";

    private readonly TemporaryFolder _folder = new();

    public AdversarialStageTests()
    {
        foreach ((string name, int width, int height) in ((string, int, int)[])
            [("photos/a.png", 40, 36), ("photos/b.png", 35, 47), ("validation/c.png", 36, 32), ("validation/d.png", 32, 40)])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            Picture.FromFloats(TestScene.Render(width, height, seed: width), width, height, 3, 8).Save(_folder[name]);
        }
    }

    public static TheoryData<string> Methods => new(
        $"{{{Plain}, discriminator: {{channels: 2}}}}",
        $"{{{Plain}, discriminator: {{channels: 2}}, objective: {{relativistic: true}}}}",
        $"{{{Plain}, discriminator: {{channels: 2}}, objective: {{kind: leastSquares}}, discriminatorOptimizer: {{kind: rmsprop}}}}",
        $"{{{Plain}, discriminator: {{kind: unet, channels: 2}}, objective: {{kind: hinge, r1: 1, r1Every: 2}}}}",
        "{grid: 10, criticSteps: 2, augment: [colour, cutout], discriminator: {kind: unet, channels: 2}, perceptual: {network: ENCODER, layers: [relu1_1]}}",
        "{discriminator: {channels: 2}, perceptual: {network: ENCODER, layers: [relu1_1, relu1_2], factors: [1, 0.5], squared: true}}");

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The discriminator's gradient is taken at given pictures, the network's against the discriminator that has moved; Adam's first means
    /// are a tenth of them.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_step_is_the_published_game_written_plainly(bool relativistic)
    {
        const double Weight = 0.3, Pixel = 2, Perceptual = 0.5;
        SuperResolutionRecipe recipe = Recipe($$"""
            {weight: {{Weight}}, pixel: {{Pixel}}, perceptual: {weight: {{Perceptual}}, layers: [relu1_1]},
             objective: {relativistic: {{(relativistic ? "true" : "false")}}}, discriminator: {channels: 2},
             discriminatorOptimizer: {learningRate: 0.05, beta1: 0.9} }
            """);
        int side = recipe.Data.Crop * recipe.Scale;
        Feed low = new("low", [2, recipe.Data.Crop, recipe.Data.Crop, 3]), high = new("high", [2, side, side, 3]);
        float[] truth = [.. TestScene.Render(side, side, seed: 1), .. TestScene.Render(side, side, seed: 2)];
        float[] small = [.. TestScene.Render(recipe.Data.Crop, recipe.Data.Crop, seed: 3), .. TestScene.Render(recipe.Data.Crop, recipe.Data.Crop, seed: 4)];
        Bindings bindings = new Bindings().Set(low, small).Set(high, truth);

        SuperResolver network = new CompactResNet(2, new Initialization(5), 4, 1), same = new CompactResNet(2, new Initialization(5), 4, 1);
        var adam = new Adam("adam", network.Parameters, new AdamRecipe());
        var average = new MovingAverage(network.Variables, 0.9);
        var stage = new AdversarialStage(recipe);
        TrainingStep step = stage.Write(network, low, high, adam, average, regularised: false);
        var discriminator = new SrganDiscriminator(side, new Initialization(recipe.Seed), 2, name: "discriminator");

        // Before anything has moved: the discriminator's side.
        var reference = new ReferenceDevice();
        Tensor given = Tensor.Of([2, side, side, 3], reference.Evaluate(same.Apply(low, Pass.Inference), bindings));
        var pass = new Pass(new Updates());
        Tensor real = discriminator.Apply(2 * high.Tensor - 1, pass), fake = discriminator.Apply(2 * given - 1, pass);
        Tensor loss = relativistic ? CrossEntropy(real - fake.Mean(), fake - real.Mean()) : CrossEntropy(real, fake);
        Dictionary<string, float[]> expected = Gradient(loss, discriminator.Parameters);

        adam.Feed(bindings, 1, 1e-3);
        average.Feed(bindings, 1);
        stage.Feed(bindings, 1);
        RunResult result = CpuDevice.Shared.Run(step.Step, bindings);
        Assert.True(result.Finite);
        Dictionary<string, Variable> after = stage.Variables.ToDictionary(variable => variable.Name);
        foreach ((string name, float[] gradient) in expected) Near(gradient, after[$"discriminator.optimizer.mean.{name}"].ToArray(), name);

        // The network's side, against the discriminator as it is now.
        foreach (Variable variable in discriminator.Variables) variable.Set(after[variable.Name].ToArray());
        Tensor made = same.Apply(low, Pass.Inference);
        pass = new Pass(new Updates());
        real = discriminator.Apply(2 * high.Tensor - 1, pass);
        fake = discriminator.Apply(2 * made - 1, pass);
        Tensor game = relativistic ? CrossEntropy(fake - real.Mean(), real - fake.Mean()) : (-fake).Softplus().Mean();
        var encoder = new PerceptualEncoder(new Initialization(0));
        Tensor seen = (encoder.Features(made, "relu1_1")[0] - encoder.Features(high.Tensor, "relu1_1")[0]).Abs().Mean();
        Tensor pixel = (made - high).Abs().Mean();
        Dictionary<string, Variable> means = adam.Variables.ToDictionary(variable => variable.Name);
        foreach ((string name, float[] gradient) in Gradient((float)Weight * game + (float)Pixel * pixel + (float)Perceptual * seen, same.Parameters))
            Near(gradient, means[$"adam.mean.{name}"].ToArray(), name);

        float[] values = [.. new[] { loss, game, pixel, seen }.Select(value => reference.Evaluate(value, bindings)[0])];
        Assert.Equal(["d_loss", "g_loss", "d_gradient_norm", "g_gradient_norm", "pixel_loss", "perceptual_loss"], step.OutputNames);
        Assert.Equal(values[1], result.Scalar(1), 1e-3f);
        Assert.Equal(values[2], result.Scalar(4), 1e-4f);
        Assert.Equal(values[3], result.Scalar(5), 1e-4f);

        Dictionary<string, float[]> Gradient(Tensor of, IEnumerable<Variable> parameters)
        {
            Variable[] list = [.. parameters];
            RunResult run = reference.Run(new Step(Gradients.Of(of, [.. list.Select(variable => variable.Value)])), bindings);
            return list.Select((variable, i) => (variable.Name, Values: run[i])).ToDictionary(at => at.Name, at => at.Values);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_training_that_is_stopped_and_resumed_equals_one_that_was_not(string stage)
    {
        SuperResolutionRecipe recipe = Recipe(stage.Replace("ENCODER", Encoder(seed: 1), StringComparison.Ordinal));
        Train(recipe, "whole", 5);
        Train(recipe, "parts", 3);
        Train(recipe, "parts", 5);
        Checkpoint whole = Load("whole", 5), parts = Load("parts", 5);
        Assert.Equal(whole.Arrays.Select(array => array.Name), parts.Arrays.Select(array => array.Name));
        foreach ((NamedArray a, NamedArray b) in whole.Arrays.Zip(parts.Arrays)) Assert.Equal(a.Data, b.Data);
        Assert.Contains(whole.Arrays, array => array.Name.StartsWith("discriminator.", StringComparison.Ordinal));
        Assert.DoesNotContain(whole.Arrays, array => array.Shape is [3, 3, 64, 64]); // the network that sees is no part of it
    }

    [Fact]
    public void The_model_nearest_in_features_is_kept_and_PSNR_is_noted_beside()
    {
        SuperResolutionRecipe recipe = Recipe($"{{discriminator: {{channels: 2}}, perceptual: {{network: {Encoder(seed: 1)}, layers: [relu1_1]}}}}");
        Train(recipe with { ValidateEvery = 1 }, "run", 4);
        double[] distances = [.. Metrics("run").Select(line => (double)line["validation_perceptual"]!)];
        Assert.Equal(4, distances.Length);
        Assert.All(Metrics("run"), line => Assert.True((double)line["validation_psnr_y"]! > 5));
        Assert.Equal(distances.Min(), Load("run", 4).State.BestScore);
    }

    [Fact]
    public void A_run_knows_its_perceptual_network_by_its_weights()
    {
        string encoder = Encoder(seed: 1);
        SuperResolutionRecipe recipe = Recipe($"{{discriminator: {{channels: 2}}, perceptual: {{network: {encoder}, layers: [relu1_1]}}}}").WithFullPaths();
        Assert.Equal(64, recipe.Adversarial!.Perceptual.Sha256!.Length);
        using (new SuperResolutionTraining(recipe)) { }

        Encoder(seed: 2);
        Assert.Contains("is not the perceptual network that the recipe means", Refusal<RecipeException>(recipe), StringComparison.Ordinal);
        File.Delete(encoder);
        Assert.Contains(encoder, Refusal<WeightsException>(recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_without_its_perceptual_network_is_planned_but_not_begun()
    {
        using var training = new SuperResolutionTraining(Recipe("{discriminator: {channels: 2}}"));
        Assert.Contains("perceptual_loss", training.StepAt(1).OutputNames);
        Assert.Contains(
            "names none", Assert.Throws<RecipeException>(() => training.Open(new TrainingOpening())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{perceptual: {weight: 0}}", "nothing holds the result to the truth")]
    [InlineData("{perceptual: {layers: [relu9_1]}}", "has 'relu9_1'")]
    [InlineData("{perceptual: {factors: [1]}}", "1 entries for 3 layers")]
    [InlineData("{objective: {r1: 1}}", "'adversarial.discriminator.kind' is srgan, whose batch norm")]
    public void What_cannot_be_trained_is_refused(string stage, string sentence) => Assert.Contains(
        sentence, Assert.ThrowsAny<MezzotintException>(() => Recipe(stage)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_crop_that_the_discriminator_cannot_halve_is_refused() => Assert.Contains(
        "'data.crop' is 10, 20 pixels at scale 2; this discriminator takes crops of the truth whose side is a multiple of 16",
        Assert.Throws<RecipeException>(() => RecipeFile.Parse<SuperResolutionRecipe>(
            "scale: 2\ndata: {crop: 10}\nadversarial: {pixel: 1}", "recipe.yaml")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_recipe_without_the_stage_has_none() =>
        Assert.Null(RecipeFile.Parse<SuperResolutionRecipe>(RecipeFile.Write(new SuperResolutionRecipe()), "recipe.yaml").Adversarial);

    private static Tensor CrossEntropy(Tensor real, Tensor fake) => (-real).Softplus().Mean() + fake.Softplus().Mean();

    private static void Near(float[] gradient, float[] mean, string name)
    {
        // Adam's first mean, with beta1 = 0.9, is a tenth of the gradient.
        double largest = gradient.Max(Math.Abs), worst = gradient.Zip(mean, (a, b) => Math.Abs(a - 10.0 * b)).Max();
        Assert.True(worst <= 2e-3 * largest + 1e-6, $"{name}: {worst} of {largest}");
    }

    private SuperResolutionRecipe Recipe(string stage) => RecipeFile.Parse<SuperResolutionRecipe>($$"""
        scale: 2
        network: {channels: 4, blocks: 1}
        data: {crop: 16, batch: 2, cacheMegabytes: 0}
        schedule: {kind: constant}
        checkpointEvery: 1000
        validateEvery: 1000
        sampleEvery: 1000
        logEvery: 1000
        adversarial: {{stage}}
        """, "recipe.yaml").WithPlaces(new DataPlaces([_folder["photos"]], _folder["validation"]));

    private void Train(SuperResolutionRecipe recipe, string run, int steps)
    {
        recipe = recipe with { Steps = steps };
        using var training = new SuperResolutionTraining(recipe);
        string path = _folder[run];
        using RunDirectory folder = Directory.Exists(path) ? RunDirectory.Resume(path) : RunDirectory.Create(path, FamilyLibrary.Write(recipe));
        training.Open(new TrainingOpening());
        new Trainer(training, folder, CpuDevice.Shared, recipe.Intervals(), recipe.Seed).Run(cancellation: TestContext.Current.CancellationToken);
    }

    private static string Refusal<T>(SuperResolutionRecipe recipe)
        where T : Exception => Assert.Throws<T>(() => new SuperResolutionTraining(recipe)).Message;

    private Checkpoint Load(string run, int step) => Checkpoint.Load(
        _folder[string.Create(CultureInfo.InvariantCulture, $"{run}/checkpoints/step-{step:00000000}.safetensors")]);

    private JsonNode[] Metrics(string run) => [.. File.ReadLines(_folder[$"{run}/metrics.jsonl"]).Select(line => JsonNode.Parse(line)!)];

    /// <summary>An encoder of the published shapes, whose weights are any.</summary>
    private string Encoder(ulong seed)
    {
        string path = _folder["encoder.safetensors"];
        Safetensors.Write(path, new PerceptualEncoder(new Initialization(seed)).Variables.Select(variable => new NamedArray(
            variable.Name,
            variable.Shape.ToArray() is [var height, var width, var from, var to] ? [to, from, height, width] : variable.Shape.ToArray(),
            variable.ToArray())));
        return path;
    }
}
