using Mezzotint.Data;
using Mezzotint.Families;
using Mezzotint.Families.Vae;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tests.Data;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families.Vae;

public sealed class VaeTrainingTests : IDisposable
{
    private const int Side = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(1);

    public VaeTrainingTests()
    {
        // Bars: one of six columns is white, or one of six rows, each as often.
        foreach ((string part, int count) in new[] { ("train", 240), ("t10k", 48) })
        {
            byte[] elements = [.. Enumerable.Range(0, count * Side * Side).Select(i => Bar(i / (Side * Side), i / Side % Side, i % Side))];
            File.WriteAllBytes(_folder[$"{part}-images-idx3-ubyte"], IdxBytes.Of(elements, count, Side, Side));
        }

        static byte Bar(int image, int y, int x) => (byte)((image % 12 < 6 ? x == image % 12 : y == image % 12 - 6) ? 255 : 0);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("dense", "[32]")]
    [InlineData("convolutional", "[8, 16]")]
    public void It_learns_which_images_there_are(string kind, string widths)
    {
        // Twelve images, each as probable: the best model has log 12 = 2.48 nats. One that has learned each sample's brightness alone has
        // 36 times the entropy of 1/6, 16.2 nats.
        VaeScores scores = Train("learn", kind, widths, steps: 700, "emaDecay=0.99", "optimizer.learningRate=0.005");
        Assert.InRange(scores.NegativeElbo, 2.4, 6);
        Assert.InRange(scores.ImportanceWeighted!.Value, 2.4, scores.NegativeElbo);
        Assert.InRange(scores.Divergence, 1, scores.NegativeElbo);
    }

    [Fact]
    public void A_beta_above_1_costs_reconstruction_and_saves_divergence()
    {
        VaeScores one = Train("one", "dense", "[32]", 300, "optimizer.learningRate=0.005");
        VaeScores more = Train("more", "dense", "[32]", 300, "optimizer.learningRate=0.005", "beta=3");
        Assert.True(more.Divergence < one.Divergence - 0.1);
        Assert.True(more.Reconstruction > one.Reconstruction + 0.1);
    }

    [Theory]
    [InlineData("dense", "[16]", "bernoulli")]
    [InlineData("convolutional", "[4]", "gaussian")]
    public void Interrupted_and_resumed_it_is_the_same_to_the_bit(string kind, string widths, string likelihood)
    {
        VaeRecipe recipe = Recipe(kind, widths, 14, $"likelihood={likelihood}", "betaWarmupSteps=10", "data.batch=50", "data.flips=true");
        using (RunDirectory run = RunDirectory.Create(_folder["whole"], FamilyLibrary.Write(recipe))) Run(recipe, run, null, Cancellation);
        using (RunDirectory run = RunDirectory.Create(_folder["parts"], FamilyLibrary.Write(recipe)))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            Assert.Throws<OperationCanceledException>(() => Run(recipe, run, new Stopper(stop, 6), stop.Token)); // within the second epoch
        }

        using (RunDirectory run = RunDirectory.Resume(_folder["parts"])) Run(recipe, run, null, Cancellation);
        IReadOnlyList<NamedArray> whole = Checkpoint.Load(_folder["whole/checkpoints/step-00000014.safetensors"]).Arrays;
        IReadOnlyList<NamedArray> parts = Checkpoint.Load(_folder["parts/checkpoints/step-00000014.safetensors"]).Arrays;
        Assert.Equal(whole.Select(array => array.Name), parts.Select(array => array.Name));
        foreach ((NamedArray one, NamedArray other) in whole.Zip(parts)) Assert.Equal(one.Data, other.Data);
        Assert.True(File.Exists(_folder["whole/samples/step-00000014.png"]));
    }

    [Fact]
    public void A_trained_model_encodes_decodes_and_reconstructs()
    {
        Train("use", "dense", "[32]", 400, "optimizer.learningRate=0.005");
        Autoencoder autoencoder = Autoencoder.Load(_folder["use"], _device);
        byte[] bar = new byte[Side * Side];
        for (int y = 0; y < Side; y++) bar[y * Side + 2] = 255;
        Picture picture = Picture.FromSamples(bar, Side, Side, 1);
        LatentCode code = Assert.Single(autoencoder.Encode([picture]));
        Picture made = Assert.Single(autoencoder.Reconstruct([picture]));
        Assert.Equal(made.ToFloats(), Assert.Single(autoencoder.Decode([code.Mean])).ToFloats());
        for (int i = 0; i < bar.Length; i++) Assert.Equal(bar[i] == 255, made.ToFloats()[i] > 0.5f);
        Assert.Throws<ArgumentException>(() => autoencoder.Decode([new float[1]]));
    }

    [Fact]
    public void Images_of_another_size_are_refused_before_training()
    {
        VaeRecipe recipe = Recipe("dense", "[8]", 1);
        VariationalAutoencoder network = recipe.Describe().Build();
        IImageSet set = ImageSets.Open(new ImageSetRecipe { Train = [_folder.Path], Size = 9 });
        var protocol = new VaeProtocol(Likelihood.Bernoulli);
        Assert.Contains("images are 9x9", Assert.Throws<TrainingDataException>(() => VaeScores.Of(network, set, _device, protocol, cancellation: Cancellation)).Message);
        Assert.Contains("data.size", Assert.Throws<RecipeException>(() => Recipe("dense", "[8]", 1, "data.size=null")).Message);
    }

    [Fact]
    public void The_recipe_as_it_stands_is_the_published_one()
    {
        VaeDescription description = new VaeRecipe().Describe();
        Assert.Equal((28, 1, 20), (description.Size, description.ImageChannels, description.Latent));
        Assert.Equal([400], description.Widths);

        // 784 x 400 + 400, twice 400 x 20 + 20, 20 x 400 + 400, 400 x 784 + 784.
        Assert.Equal(652_824, description.Build().Parameters.Sum(parameter => parameter.Shape.Count));
        Assert.Equal(description.ToJson(), NetworkDescription.FromJson(description.ToJson())!.ToJson());
    }

    private VaeScores Train(string name, string kind, string widths, int steps, params string[] settings)
    {
        VaeRecipe recipe = Recipe(kind, widths, steps, settings);
        using (RunDirectory run = RunDirectory.Create(_folder[name], FamilyLibrary.Write(recipe))) Run(recipe, run, null, Cancellation);
        VariationalAutoencoder network = Autoencoder.Load(_folder[name], _device).Network;
        var protocol = new VaeProtocol(Likelihood.Bernoulli, ImportanceSamples: 50);
        return VaeScores.Of(network, ImageSets.OpenValidation(recipe.Data)!, _device, protocol, cancellation: Cancellation);
    }

    private void Run(VaeRecipe recipe, RunDirectory run, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using ITraining training = FamilyLibrary.Make(recipe);
        training.Open(new TrainingOpening(run.Latest is null));
        new Trainer(training, run, _device, recipe.Intervals(), recipe.Seed).Run(progress, cancellation);
    }

    private VaeRecipe Recipe(string kind, string widths, int steps, params string[] settings)
    {
        File.WriteAllText(_folder["recipe.yaml"], $"""
            family: vae
            network:
              kind: {kind}
              latent: 4
              widths: {widths}
            data:
              train: {_folder.Path}
              validation: {_folder.Path}
              size: {Side}
              channels: 1
              batch: 24
            steps: {steps}
            logEvery: 5
            """);
        return (VaeRecipe)FamilyLibrary.Read(_folder["recipe.yaml"], settings);
    }

    private sealed class Stopper(CancellationTokenSource stop, long step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step) stop.Cancel();
        }
    }
}
