using System.Drawing;
using Mezzotint.Data;
using Mezzotint.Families;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Imaging;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tests.Families.Translation;
using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

/// <summary>What a plan says that a run will take is what the device's allocator then has given, within a tenth.</summary>
public sealed class MemoryPredictionTests(TinyTraining tiny) : IClassFixture<TinyTraining>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SuperResolutionNetworkKind.Srresnet, 8, 2, 6, 4, 1)]
    [InlineData(SuperResolutionNetworkKind.Srresnet, 16, 1, 8, 2, 2)]
    [InlineData(SuperResolutionNetworkKind.Compact, 16, 2, 8, 3, 2)]
    [InlineData(SuperResolutionNetworkKind.Compact, 32, 1, 6, 8, 3)]
    public void Of_a_training(SuperResolutionNetworkKind kind, int channels, int blocks, int crop, int batch, int threads)
    {
        SuperResolutionRecipe recipe = tiny.Recipe with
        {
            Steps = 2,
            Network = new() { Kind = kind, Channels = channels, Blocks = blocks },
            Data = tiny.Recipe.Data with { Crop = crop, Batch = batch, Validation = null },
            Schedule = new(),
        };
        using ITraining training = FamilyLibrary.Make(recipe);
        using var planned = new CpuDevice(threads);
        TrainingPlan plan = TrainingPlan.Of(training, planned, recipe.Steps); // before the data are looked at
        Assert.Equal(0, planned.HighWaterBytes);
        using var device = new CpuDevice(threads);
        training.Open(new TrainingOpening());
        training.Begin(0);
        for (int step = 1; step <= 2; step++)
        {
            var bindings = new Bindings();
            training.Feed(bindings, step, TestContext.Current.CancellationToken);
            device.Run(training.StepAt(step).Step, bindings);
        }

        WithinATenth(device.HighWaterBytes, plan.DeviceBytes);
        Assert.Equal(training.Variables.Sum(variable => 4L * variable.ToArray().Length), plan.VariableBytes);
        long batchBytes = 4L * batch * 3 * (crop * crop + 4 * crop * crop);
        Assert.InRange(plan.BatchBytes, 3 * batchBytes, 3 * batchBytes + 1_000); // and the numbers that the optimizer is fed
        Assert.True(plan.MemoryBytes >= plan.DeviceBytes + plan.VariableBytes + plan.BatchBytes);
    }

    public static TheoryData<string> Families => new(
        "family: gan\ndata: {train: DATA, size: 28, channels: 1, batch: 16}\ngenerator: {channels: 16}\ndiscriminator: {channels: 16}",
        "family: gan\ndata: {train: DATA, size: 32, channels: 3, batch: 8}\ngenerator: {kind: resnet, channels: 16}\n"
            + "discriminator: {kind: resnet, channels: 16}\nobjective: {kind: wasserstein, gradientPenalty: 10}\ncriticSteps: 2",
        "family: gan\ndata: {train: DATA, size: 32, channels: 3, batch: 8}\ngenerator: {channels: 16}\n"
            + "discriminator: {channels: 16, normalization: none}\nobjective: {r1: 1, r1Every: 2}",
        "family: vae\nnetwork: {kind: dense, latent: 8, widths: [64, 32]}\ndata: {train: DATA, size: 28, channels: 1, batch: 32}",
        "family: vae\nnetwork: {kind: convolutional, latent: 8, widths: [16, 32]}\ndata: {train: DATA, size: 32, channels: 1, batch: 16}",
        "family: hierarchical\nlevels: 2\ndata: {train: DATA, size: 32, channels: 3, batch: 8}\nmain: {channels: 8, planes: 4}\n"
            + "details: {channels: 16, blocks: 1}\ndiscriminator: {channels: 16}\nstages: {main: 1, auxiliary: 1}",
        "family: translation\ndata: {train: PAIRS, pairs: sideBySide, load: 256, crop: 256, batch: 1}\nnetwork: {kind: unet, channels: 8}\n"
            + "discriminator: {channels: 8}");

    [Theory]
    [MemberData(nameof(Families))]
    public void Of_a_training_of_any_family(string yaml)
    {
        for (int n = 0; n < 40; n++) Picture.FromFloats(TestScene.Render(36, 36, n), 36, 36, 3, 8).Save(_folder[$"{n}.png"]);
        PairFiles.WriteColours(_folder["pairs"], 4);
        File.WriteAllText(_folder["recipe.yaml"], yaml.Replace("DATA", _folder.Path, StringComparison.Ordinal)
            .Replace("PAIRS", _folder["pairs"], StringComparison.Ordinal) + "\nsteps: 4\n");
        TrainingRecipe recipe = FamilyLibrary.Read(_folder["recipe.yaml"], []);
        using ITraining training = FamilyLibrary.Make(recipe);
        using var planned = new CpuDevice(2);
        TrainingPlan plan = TrainingPlan.Of(training, planned, recipe.Steps);
        using var device = new CpuDevice(2);
        training.Open(new TrainingOpening());
        training.Begin(0);
        for (int step = 1; step <= 4; step++)
        {
            var bindings = new Bindings();
            training.Feed(bindings, step, TestContext.Current.CancellationToken);
            device.Run(training.StepAt(step).Step, bindings);
        }

        WithinATenth(device.HighWaterBytes, plan.DeviceBytes);
        Assert.Equal(training.Variables.Sum(variable => 4L * variable.ToArray().Length), plan.VariableBytes);
        Assert.InRange(plan.Parameters, 1, plan.VariableBytes / 4);
        Assert.NotEmpty(training.DataFiles);
    }

    public static TheoryData<string> Networks => ["compact", "srresnet", "rrdb", "unet", "pix2pixhd"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Of_an_inference(string name)
    {
        var init = new Initialization(1);
        Func<Tensor, Pass, Tensor> network = name switch
        {
            "compact" => new CompactResNetDescription(4, 16, 3).Build(1).Apply,
            "srresnet" => new SrResNetDescription(2, 32, 2).Build(1).Apply,
            "rrdb" => new RrdbNet(4, init, channels: 16, blocks: 2, growth: 8).Apply,
            "unet" => new UNet(3, 3, init, channels: 16, depth: 6).Apply,
            _ => new Pix2PixHDGlobal(3, 3, init, channels: 16, downs: 3, blocks: 2).Apply,
        };
        var image = new Feed("image", [1, 64, 64, 3]);
        Tensor output = network(image, Pass.Inference);
        using var device = new CpuDevice(2);
        Plan plan = device.Plan(new Step([output]));
        PlanCost cost = plan.Cost;
        var bindings = new Bindings();
        bindings.Set(image, new float[64 * 64 * 3]);
        plan.Run(bindings);
        WithinATenth(device.HighWaterBytes, cost.DeviceBytes);
    }

    [Fact]
    public void Of_tiles_however_large_the_picture_is()
    {
        SuperResolver network = new CompactResNetDescription(2, 16, 3).Build(1);
        TileFit fit = ReceptiveField.Tiles(3, 2, input => network.Apply(input, Pass.Inference))!.Value;
        using var device = new CpuDevice(2);
        int side = 4 * fit.Grid, large = 4 * side;
        var size = new Size(large, large);
        // Tiles in the corners, along the edges and within have plans of their own, which share packed weights; the arena is the largest
        // one's.
        Plan[] plans = [.. Tiling.Cut(size, side).Select(core => Tiling.Around(core, size, fit)).Select(tile => (tile.Input.Size, tile.Left, tile.Top)).Distinct()
            .Select(tile => device.Plan(new Step([network.Apply(new Feed("image", [1, tile.Size.Height, tile.Size.Width, 3]), Pass.Inference)
                .Slice(1, 2 * tile.Top, 2 * side).Slice(2, 2 * tile.Left, 2 * side)])))];
        var upscaler = new Upscaler(network, device, new UpscaleOptions { TileSide = side });
        upscaler.Upscale(Picture.FromFloats(TestScene.Render(large, large, 1), large, large, 3, 8), cancellation: TestContext.Current.CancellationToken);
        long packed = device.PackedBytes(plans);
        WithinATenth(device.HighWaterBytes, plans.Max(plan => plan.Cost.PeakBytes + plan.Cost.ScratchBytes) + packed);
        Assert.InRange(packed, 1, 2 * plans[0].Cost.PackedBytes);
    }

    private static void WithinATenth(long taken, long predicted) => Assert.InRange(predicted, 0.9 * taken, 1.1 * taken);
}
