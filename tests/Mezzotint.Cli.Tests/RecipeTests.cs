using System.Text.Json.Nodes;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;
using Mezzotint.Recipes;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli.Tests;

/// <summary>
/// A quick version of every recipe that ships: its networks, objective and data are what it says, but small, and trained for as many steps
/// as it takes to learn something whose answer is known.
/// </summary>
public sealed class RecipeTests : IDisposable
{
    private const int Small = 8;    // the side of images that generators learn
    private const int Pairs = 32;   // and of pairs
    private static readonly string[] Rates = ["generatorOptimizer.learningRate=2e-3", "discriminatorOptimizer.learningRate=2e-3"];

    private readonly TemporaryFolder _folder = new();

    private static string[] AdversarialImages { get; } =
        ["mnist-gan", "mnist-dcgan", "mnist-lsgan", "mnist-wgan-gp", "mnist-dcgan-conditional", "dcgan", "hierarchical-cifar", "hierarchical-faces"];

    private static string[] Autoencoders { get; } = ["mnist-vae", "mnist-vae-conv"];

    private static string[] Enlargers { get; } =
        ["bicubic-x2", "bicubic-x3", "bicubic-x4", "photo-x2", "photo-x4", "photo-x4-gan", "srgan-x4", "denoise", "jpeg-repair"];

    private static string[] Translators { get; } =
        ["facades-pix2pix", "facades-pix2pixhd", "facades-pix2pixhd-enhanced", "camvid-pix2pixhd", "cityscapes-pix2pixhd", "inpaint"];

    public static TheoryData<string> OfImages => [.. AdversarialImages];

    public static TheoryData<string> OfCodes => [.. Autoencoders];

    public static TheoryData<string> OfEnlarging => [.. Enlargers];

    public static TheoryData<string> OfPairs => [.. Translators];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_recipe_has_a_quick_version() =>
        Assert.Equal(RecipeLibrary.Names, [.. AdversarialImages.Concat(Autoencoders).Concat(Enlargers).Concat(Translators).Order(StringComparer.Ordinal)]);

    /// <summary>
    /// The data's left halves are light and their right ones dark; of one of two classes the other way. Where a discriminator's every layer
    /// behind the first has batch norm, a batch of one kind is nothing it could see: there the data are of both kinds. Fresh networks know
    /// no side.
    /// </summary>
    [Theory]
    [MemberData(nameof(OfImages))]
    public void A_generator_learns_on_which_side_the_light_is(string name)
    {
        bool classes = name.EndsWith("conditional", StringComparison.Ordinal), levels = name.StartsWith("hierarchical", StringComparison.Ordinal);
        bool both = name is "mnist-dcgan" or "mnist-lsgan";
        for (int i = 0; i < 32; i++)
        {
            WriteHalves($"data/left/{i}.png", left: true, i);
            WriteHalves($"data/right/{i}.png", left: !classes && !both, i);
        }

        string[] own = name switch
        {
            "mnist-gan" => ["generator.widths=[32,32]", "discriminator.widths=[32]"],
            "mnist-dcgan" or "mnist-lsgan" =>
                ["generator.hidden=[32]", "discriminator.hidden=[32]", "schedule.kind=constant", "schedule.finalFraction=0"],
            "mnist-dcgan-conditional" => ["classes=2"],
            "hierarchical-cifar" or "hierarchical-faces" =>
                ["data.layout=folder", "levels=2", "main.channels=8", "main.latent=8", "details.channels=[8]", "stages.main=100", "stages.auxiliary=[50]"],
            _ => [],
        };
        string[] shape = levels ? ["data.size=16"] : [$"data.size={Small}", "generator.latent=8"];
        string[] width = name == "mnist-gan" ? [] : levels ? ["discriminator.channels=8"] : ["generator.channels=8", "discriminator.channels=8"];
        string[] common = ["data.batch=16", "data.channels=1", "data.flips=false", "emaDecay=0.9"];
        Train(name, "data", both ? 400 : 200, [.. common, .. Rates, .. shape, .. width, .. own]);
        Generator generator = Generator.Load(_folder["run"]);
        foreach (string? one in classes ? (IReadOnlyList<string?>)generator.Classes : [null])
        {
            double light = Enumerable.Range(0, 16).Select(seed => Lightness(generator.Generate((ulong)seed, one)))
                .Average(lightness => both ? Math.Abs(lightness) : lightness);
            Assert.True(one == "right" ? light < -0.2 : light > 0.2, $"{one ?? "all"}: the left is lighter by {light}");
        }
    }

    /// <summary>
    /// Half of the images are light on the left and black on the right, half the other way: one bit. Whoever knows the pixels' means alone
    /// pays ln 2 for each of 64; the least that can be paid is ln 2 for all.
    /// </summary>
    [Theory]
    [MemberData(nameof(OfCodes))]
    public void An_autoencoder_finds_the_one_bit_that_the_images_hold(string name)
    {
        for (int i = 0; i < 32; i++) WriteHalves($"data/{i}.png", left: i % 2 == 0, 0);
        string widths = name == "mnist-vae" ? "[32]" : "[8,16]";
        Train(name, "data", 300, [$"data.size={Small}", "data.batch=16", "network.latent=2", $"network.widths={widths}", "optimizer.learningRate=5e-3"]);
        double loss = Metrics("run").TakeLast(5).Average(line => line["loss"]!.GetValue<double>());
        Assert.InRange(loss, 0.6, 0.5 * Small * Small * Math.Log(2));
    }

    /// <summary>
    /// A network that has not moved repeats pixels, or gives back what was spoiled; a trained one is nearer to the truth.
    /// </summary>
    [Theory]
    [MemberData(nameof(OfEnlarging))]
    public void An_enlarger_or_restorer_comes_nearer_to_the_truth(string name)
    {
        for (int seed = 0; seed < 3; seed++) Sample.Write(_folder, $"data/{seed}.png", 96, 80, seed: seed);
        Sample.Write(_folder, "validation/a.png", 96, 80, seed: 9);
        bool adversarial = name is "photo-x4-gan" or "srgan-x4";

        // At thirty times the recipes' rate the game and the grid weigh less, or the discriminator loses sight of a network that leaps.
        string[] game =
        [
            "init=null", "adversarial.pixel=1", "adversarial.weight=0.02", "adversarial.grid=1", "adversarial.perceptual.weight=0", "adversarial.chooseBy=psnr",
            "adversarial.discriminator.channels=4",
        ];
        string[] settings =
        [
            "network.channels=8", "network.blocks=1", "data.crop=8", "data.batch=4", "emaDecay=0.9", "loss=l1", "schedule.kind=constant",
            .. adversarial ? [.. game, "schedule.milestones=[]", "schedule.factor=0.5"] : (string[])["schedule.warmupSteps=0", "schedule.finalFraction=0"],
        ];
        double before = Psnr("fresh", 1, "optimizer.learningRate=1e-9"), after = Psnr("run", 150, "optimizer.learningRate=3e-3");
        Assert.True(after > before + 0.3, $"PSNR was {before} and is {after}");
        if (adversarial) Assert.All(Metrics("run"), line => Assert.InRange(line["d_loss"]!.GetValue<double>(), 0, 3)); // a coin's is 2 ln 2

        double Psnr(string run, int steps, string rate)
        {
            Train(name, "data", steps, [.. settings, rate, $"validateEvery={steps}"], "--validation", _folder["validation"], "--run", _folder[run]);
            return Metrics(run)[^1]["validation_psnr_y"]!.GetValue<double>();
        }
    }

    /// <summary>What is to come of the input is known: halfway to it from the mean of all that may come is learned.</summary>
    [Theory]
    [MemberData(nameof(OfPairs))]
    public void A_translator_comes_nearer_than_the_mean_of_all_pictures(string name)
    {
        for (int i = 0; i < 6; i++) WritePair(name, i);
        string[] common =
        [
            "network.channels=8", "discriminator.channels=4", "data.batch=1", "optimizer.learningRate=2e-3", $"data.load={Pairs}", $"data.crop={Pairs}",
            "loss.l1=20",
        ];
        string[] small = name.Contains("pix2pixhd", StringComparison.Ordinal)
            ? ["network.blocks=1", "network.depth=2", "discriminator.scales=2", "discriminator.layers=2"]
            : [];
        string[] own = name switch
        {
            "facades-pix2pix" => ["network.depth=3", "network.dropout=0", "discriminator.layers=2"],
            "facades-pix2pixhd-enhanced" => ["network.channels=4", "network.fixedSteps=20", "network.localBlocks=1"],
            "camvid-pix2pixhd" => ["data.classes=3", "data.void=3", "data.holdOut=2"],
            "cityscapes-pix2pixhd" => ["data.classes=3", "network.localBlocks=1"],
            "inpaint" => ["network.depth=3", "discriminator.layers=2"],
            _ => [],
        };
        if (name == "facades-pix2pixhd-enhanced")
        {
            Train("facades-pix2pixhd", "data", 40, [.. common, .. small], "--run", _folder["global"]);
            Train(name, "data", 160, [.. common, .. small, .. own], "--init", _folder["global"], "--run", _folder["run"]);
        }
        else
        {
            Train(name, "data", 160, [.. common, .. small, .. own]);
        }

        Translator translator = Translator.Load(_folder["run"], CpuDevice.Shared);
        double away = 0, mean = 0;
        float[][] truths = [.. Enumerable.Range(0, 4).Select(i => Truth(name, i).ToFloats())];
        float[] average = [.. Enumerable.Range(0, truths[0].Length).Select(at => truths.Average(truth => truth[at]))];
        for (int i = 0; i < truths.Length; i++)
        {
            float[] made = Translated(name, translator, i).ToFloats();
            away += made.Zip(truths[i], (a, b) => Math.Abs(a - b)).Average();
            mean += average.Zip(truths[i], (a, b) => Math.Abs(a - b)).Average();
        }

        Assert.True(away < 0.5 * mean, $"distance {away}, of the mean {mean}");
    }

    private static double Lightness(Picture picture)
    {
        float[] samples = picture.ToFloats();
        int row = picture.Width * picture.Channels;
        return samples.Where((_, i) => i % row < row / 2).Average() - samples.Where((_, i) => i % row >= row / 2).Average();
    }

    private void Train(string name, string data, int steps, string[] settings, params string[] more)
    {
        string[] run = more.Contains("--run") ? [] : ["--run", _folder["run"]];
        string[] intervals = [$"steps={steps}", "logEvery=5", "checkpointEvery=1000", "sampleEvery=1000"];
        Call call = Call.Of(
            ["train", name, "--data", _folder[data], .. run, .. more, .. intervals.Concat(settings).SelectMany(setting => (string[])["--set", setting])]);
        Assert.True(call.ExitCode == ExitCode.Done, call.Error);
    }

    private JsonNode[] Metrics(string run) => [.. File.ReadLines(_folder[$"{run}/metrics.jsonl"]).Select(line => JsonNode.Parse(line)!)];

    private void WriteHalves(string name, bool left, int number)
    {
        float light = 1 - 0.005f * (number % 8), dark = 0.005f * (number % 5);
        Write(name, Small, Small, 1, (x, _, _) => x < Small / 2 == left ? light : dark);
    }

    /// <summary>Pairs as the recipe wants them: side by side, in folders, or photographs with nothing beside.</summary>
    private void WritePair(string name, int number)
    {
        if (name == "inpaint")
        {
            Truth(name, number).Save(Made($"data/{number}.png"));
            return;
        }

        Picture input = Input(name, number), truth = Truth(name, number);
        if (name.StartsWith("facades", StringComparison.Ordinal))
        {
            Write($"data/{number}.png", 2 * Pairs, Pairs, 3, (x, y, c) => (x < Pairs ? truth : input)[x % Pairs, y, c] / 255f);
            return;
        }

        bool streets = name.StartsWith("cityscapes", StringComparison.Ordinal);
        input.Save(Made($"data/{(streets ? "train_label" : "labels")}/{number}.png"));
        truth.Save(Made($"data/{(streets ? "train_img" : "images")}/{number}.png"));
        if (streets) input.Save(Made($"data/train_inst/{number}.png"));
    }

    /// <summary>Stripes of three labels, as numbers or as greys.</summary>
    private static Picture Input(string name, int number) => name.StartsWith("facades", StringComparison.Ordinal)
        ? Picture.FromFloats(Samples(Pairs, Pairs, 3, (x, _, _) => 0.5f * Label(x, number)), Pairs, Pairs, 3)
        : Picture.FromSamples([.. Samples(Pairs, Pairs, 1, (x, _, _) => Label(x, number)).Select(value => (byte)value)], Pairs, Pairs, 1);

    /// <summary>Each label's colour; where holes are to be filled, one colour a picture.</summary>
    private static Picture Truth(string name, int number) => Picture.FromFloats(
        Samples(Pairs, Pairs, 3, (x, _, c) => (name == "inpaint" ? number % 3 : Label(x, number)) == c ? 0.9f : 0.1f), Pairs, Pairs, 3);

    private static int Label(int x, int number) => (x / 8 + number) % 3;

    private static Picture Translated(string name, Translator translator, int number)
    {
        if (name.StartsWith("facades", StringComparison.Ordinal)) return translator.Translate(Input(name, number));
        if (name != "inpaint")
        {
            int[] labels = [.. Enumerable.Range(0, Pairs * Pairs).Select(i => Label(i % Pairs, number))];
            var map = new LabelMap(Pairs, Pairs, labels);
            return translator.Translate(map, new TranslationOptions { Instances = name.StartsWith("cityscapes", StringComparison.Ordinal) ? map : null });
        }

        // All but a frame is missing: what is known says the colour.
        float[] hole = Samples(Pairs, Pairs, 1, (x, y, _) => x is >= 8 and < 24 && y is >= 8 and < 24 ? 1 : 0);
        return translator.Translate(Truth(name, number), new TranslationOptions { Mask = Picture.FromFloats(hole, Pairs, Pairs, 1) });
    }

    private string Made(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        return _folder[name];
    }

    private void Write(string name, int width, int height, int channels, Func<int, int, int, float> sample) =>
        Picture.FromFloats(Samples(width, height, channels, sample), width, height, channels).Save(Made(name));

    private static float[] Samples(int width, int height, int channels, Func<int, int, int, float> sample)
    {
        var samples = new float[width * height * channels];
        for (int i = 0; i < samples.Length; i++) samples[i] = sample(i / channels % width, i / channels / width, i % channels);
        return samples;
    }
}
