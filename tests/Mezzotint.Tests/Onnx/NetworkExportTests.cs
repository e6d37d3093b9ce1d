using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Tests.Onnx;

/// <summary>Every network, written once and run in ONNX Runtime at several sizes, gives what it gives here.</summary>
public sealed class NetworkExportTests(ITestOutputHelper log)
{
    private const double Tolerance = 1e-4;

    // A plane of noise at each level above the smallest, of 8 pixels a side.
    private const int DetailNoise = 16 * 16 + 32 * 32;

    /// <summary>
    /// The networks by name: how one is made, and the sizes N,H,W,C (or N,K) it is run at, the first being the example it is written with.
    /// </summary>
    private static readonly Dictionary<string, (Func<Module> Network, Shape[] Sizes)> Networks = new()
    {
        ["srresnet x2"] = (() => new SrResNet(2, new Initialization(1), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["srresnet x3"] = (() => new SrResNet(3, new Initialization(2), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["srresnet x4"] = (() => new SrResNet(4, new Initialization(3), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["srresnet x4 as published"] = (() => new SrResNet(4, new Initialization(4)), [[1, 24, 24, 3], [2, 17, 13, 3]]),
        ["compact x2"] = (() => new CompactResNet(2, new Initialization(5), 16, 3), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["compact x3"] = (() => new CompactResNet(3, new Initialization(6), 16, 3), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["compact x4"] = (() => new CompactResNet(4, new Initialization(7), 32, 8), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["rrdb x2"] = (() => new RrdbNet(2, new Initialization(8), 8, 1, 4), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["rrdb x4"] = (() => new RrdbNet(4, new Initialization(9), 8, 2, 4), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["dcgan generator"] = (() => new DcganGenerator(64, new Initialization(10), channels: 8), [[1, 100], [5, 100]]),
        ["dcgan discriminator"] = (() => new DcganDiscriminator(32, new Initialization(11), channels: 8), [[1, 32, 32, 3], [5, 32, 32, 3]]),
        ["u-net of 3"] = (() => new UNet(3, 2, new Initialization(12), 8, depth: 3), [[1, 32, 32, 3], [1, 48, 24, 3], [2, 8, 16, 3]]),
        ["u-net of 8"] = (() => new UNet(3, 3, new Initialization(13), 2), [[1, 256, 256, 3], [1, 256, 512, 3]]),
        ["pix2pixhd global"] = (
            () => new Pix2PixHDGlobal(4, 3, new Initialization(14), 8, downs: 3, blocks: 2),
            [[1, 32, 32, 4], [1, 48, 40, 4], [2, 32, 64, 4]]),
        ["pix2pixhd enhancer"] = (
            () => new Pix2PixHDEnhancer(4, 3, new Initialization(15), 4, downs: 2, globalBlocks: 1, localBlocks: 1),
            [[1, 32, 32, 4], [1, 48, 40, 4], [2, 32, 64, 4]]),
        ["patch discriminator"] = (() => new PatchDiscriminator(6, new Initialization(16), 8), [[1, 32, 32, 6], [2, 40, 70, 6]]),
        ["multi-scale discriminator"] = (
            () => new MultiScaleDiscriminator(6, new Initialization(17), channels: 8), [[1, 64, 64, 6], [2, 40, 70, 6]]),
        ["srgan discriminator"] = (() => new SrganDiscriminator(32, new Initialization(18), 8), [[1, 32, 32, 3], [5, 32, 32, 3]]),
        ["vgg-19"] = (() => new Vgg19(new Initialization(19)), [[1, 32, 32, 3], [1, 17, 40, 3]]),
        ["imdn x4"] = (() => new Imdn(4, new Initialization(20), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["srvgg x4"] = (() => new SrVgg(4, new Initialization(21), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["srresnet x4 in 0 to 1"] = (() => new BoundedSrResNet(4, new Initialization(22), 16, 2), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["compact x1"] = (() => new CompactResNet(1, new Initialization(23), 16, 3), [[1, 16, 24, 3], [1, 9, 11, 3], [2, 16, 7, 3]]),
        ["dense generator"] = (() => new DenseGenerator(28, new Initialization(24), 16, [32, 48], 1), [[1, 16], [5, 16]]),
        ["resnet generator"] = (() => new ResNetGenerator(32, new Initialization(25), 16, 8), [[1, 16], [5, 16]]),
        ["dcgan generator of classes"] = (
            () => new DcganGenerator(28, new Initialization(26), 16, 8, classes: ["a", "b"]), [[1, 18], [5, 18]]),
        ["dense discriminator"] = (() => new DenseDiscriminator("", 64, [32, 16], new Initialization(27)), [[1, 64], [5, 64]]),
        ["small discriminator"] = (() => new SmallDiscriminator("", 28, 1, new Initialization(28), 8), [[1, 28, 28, 1], [5, 28, 28, 1]]),
        ["resnet discriminator"] = (() => new ResNetDiscriminator("", 32, 3, new Initialization(29), 8), [[1, 32, 32, 3], [5, 32, 32, 3]]),
        ["whole-image discriminator"] = (
            () => new WholeImageDiscriminator(6, new Initialization(30), 8, 3), [[1, 32, 32, 6], [2, 40, 72, 6]]),
        ["u-net discriminator"] = (() => new UNetDiscriminator(new Initialization(31), 8), [[1, 32, 32, 3], [2, 40, 72, 3]]),
        ["style encoder"] = (() => new StyleEncoder("", 3, 8, new Initialization(32), 4), [[1, 32, 32, 3], [2, 48, 64, 3]]),
        ["perceptual encoder"] = (() => new PerceptualEncoder(new Initialization(33)), [[1, 32, 32, 3], [1, 24, 40, 3]]),
        ["perceptual decoder"] = (() => new PerceptualDecoder(new Initialization(34)), [[1, 8, 8, 256], [1, 6, 10, 256]]),
        ["lenet-5"] = (() => new LeNet5(new Initialization(35)), [[1, 32, 32, 1], [5, 32, 32, 1]]),
        ["alexnet"] = (() => new AlexNet(new Initialization(36)), [[1, 64, 64, 3], [1, 71, 80, 3]]),
        ["squeezenet"] = (() => new SqueezeNet(new Initialization(37)), [[1, 64, 64, 3], [1, 80, 96, 3]]),
        ["vgg-16"] = (() => new Vgg16(new Initialization(38)), [[1, 32, 32, 3], [1, 17, 40, 3]]),
        ["inception v3"] = (() => new InceptionV3(new Initialization(39)), [[1, 299, 299, 3]]),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    /// <summary>
    /// Networks that flatten an image to a vector, whose order is ours, or a vector to one; and one that takes deviations itself.
    /// </summary>
    private static readonly string[] OfVectors =
    [
        "srgan discriminator", "dense generator", "resnet generator", "small discriminator", "resnet discriminator", "whole-image discriminator",
        "style encoder", "lenet-5", "squeezenet", "inception v3", "imdn x4",
    ];

    public static TheoryData<string> NamesOfImageNetworks => [.. Networks.Keys.Except(OfVectors)];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_file_gives_the_networks_output_at_every_size(string name)
    {
        (Func<Module> make, Shape[] sizes) = Networks[name];
        Module network = make();
        // Inception's many layers would make numbers beyond all bounds of weights that have a mean.
        if (network is not InceptionV3) Shaken(network);
        using var exported = new Exported(input => network.Apply(input, Pass.Inference), sizes[0]);
        IEnumerable<string> operators = exported.Operators.CountBy(type => type).Select(count => $"{count.Value} {count.Key}");
        log.WriteLine($"{exported.Summary}: {string.Join(", ", operators)}");
        using var device = new CpuDevice(threads: 2, poison: true);
        foreach (Shape size in sizes)
        {
            double deviation = exported.Deviation(device, size, low: 0);
            log.WriteLine($"{name} {size}: {deviation:e1}");
            Assert.True(deviation < Tolerance, $"{size}: {deviation:e1}");
        }
    }

    /// <summary>Generators and translators that are more than one module's forward pass, as their files have them.</summary>
    private static readonly Dictionary<string, (Func<(Module Network, Func<Tensor, Tensor> Function)> Make, DynamicAxes Open, Shape[] Sizes)> Parts = new()
    {
        ["dense autoencoder's decoder"] = (
            () => Generator(new VaeDescription(28, 1, 8, [], VaeKind.Dense, [32], Normalization.None, Likelihood.Bernoulli)), DynamicAxes.Batch, [[1, 8], [5, 8]]),
        ["convolutional autoencoder's decoder"] = (
            () => Generator(new VaeDescription(28, 1, 8, [], VaeKind.Convolutional, [8, 16], Normalization.Batch, Likelihood.Gaussian)), DynamicAxes.Batch, [[1, 8], [5, 8]]),
        ["hierarchical generator"] = (
            () => Generator(Hierarchy(MainGeneratorKind.Dcgan, 8)), DynamicAxes.Batch, [[1, 8 + DetailNoise], [3, 8 + DetailNoise]]),
        ["hierarchical generator from planes"] = (
            () => Generator(Hierarchy(MainGeneratorKind.Unet, 2)), DynamicAxes.Batch, [[1, 2 * 8 * 8 + DetailNoise], [3, 2 * 8 * 8 + DetailNoise]]),
        ["pix2pix"] = (
            () => Translator(new TranslatorDescription(TranslationGenerator.Unet, new ConditionDescription(ConditionKind.Picture), 8, 4, Dropout: 0.5)),
            DynamicAxes.None, [[1, 32, 32, 3]]), // its norms take the picture's own statistics, over as many pixels as it has
        ["pix2pixhd of labels and styles"] = (
            () => Translator(new TranslatorDescription(
                TranslationGenerator.Global, new ConditionDescription(ConditionKind.Labels, 5, Instances: true), 8, 2, Style: StyleKind.Instances)),
            DynamicAxes.All, [[1, 32, 32, 5], [2, 24, 40, 5]]),
        ["pix2pixhd enhanced with AdaIN"] = (
            () => Translator(new TranslatorDescription(
                TranslationGenerator.Enhanced, new ConditionDescription(ConditionKind.Grey), 4, 2, Style: StyleKind.Adain, StyleSize: 6)),
            DynamicAxes.All, [[1, 32, 32, 3], [2, 24, 40, 3]]),
        ["holes filled"] = (
            () => Translator(new TranslatorDescription(TranslationGenerator.Global, new ConditionDescription(ConditionKind.Masked), 8, 2)),
            DynamicAxes.All, [[1, 32, 32, 4], [2, 24, 40, 4]]),
    };

    public static TheoryData<string> NamesOfParts => [.. Parts.Keys];

    [Theory]
    [MemberData(nameof(NamesOfParts))]
    public void What_generates_or_translates_is_what_it_is_here(string name)
    {
        (Func<(Module Network, Func<Tensor, Tensor> Function)> make, DynamicAxes open, Shape[] sizes) = Parts[name];
        (Module network, Func<Tensor, Tensor> function) = make();
        Shaken(network);
        using var exported = new Exported(function, sizes[0], open);
        Assert.Equal(open, exported.Summary.Dynamic);
        using var device = new CpuDevice(threads: 2, poison: true);
        foreach (Shape size in sizes)
        {
            // Numbers as pictures have them, as classes have them, and as latent vectors and masks do.
            double deviation = exported.Deviation(device, size, low: 0, high: 1, whole: name.Contains("labels", StringComparison.Ordinal) ? 5 : 0);
            log.WriteLine($"{name} {size}: {deviation:e1}");
            Assert.True(deviation < Tolerance, $"{size}: {deviation:e1}");
        }
    }

    [Fact]
    public void The_shipped_models_are_what_they_are_here()
    {
        Assert.NotEmpty(ModelLibrary.Models);
        foreach (ShippedModel model in ModelLibrary.Models.Where(model => model.Scale is not null))
        {
            SuperResolver network = ModelFile.ReadSuperResolver(model.Path);
            using var exported = new Exported(input => network.Apply(input, Pass.Inference), [1, 64, 64, 3]);
            double deviation = exported.Deviation(CpuDevice.Shared, [1, 128, 96, 3], low: 0);
            log.WriteLine($"{model.Name}: {deviation:e1}");
            Assert.True(deviation < Tolerance, $"{model.Name}: {deviation:e1}");
        }
    }

    [Theory]
    [MemberData(nameof(NamesOfImageNetworks))]
    public void Images_stay_in_one_order_and_weights_are_folded(string name)
    {
        (Func<Module> make, Shape[] sizes) = Networks[name];
        Module network = make();
        using var exported = new Exported(input => network.Apply(input, Pass.Inference), sizes[0]);
        Assert.DoesNotContain("Transpose", exported.Operators);
        Assert.DoesNotContain("Sqrt", exported.Operators);
    }

    private static HierarchicalDescription Hierarchy(MainGeneratorKind main, int latent) =>
        new(32, 3, (main == MainGeneratorKind.Unet ? latent * 8 * 8 : latent) + DetailNoise, [], 3, main, latent, 8, [8, 8], 1);

    private static (Module, Func<Tensor, Tensor>) Generator(GeneratorDescription description)
    {
        Module network = description.Build(1);
        return (network, latent => ((IImageGenerator)network).Generate(latent, null, Pass.Inference));
    }

    private static (Module, Func<Tensor, Tensor>) Translator(TranslatorDescription description)
    {
        TranslationNetwork network = description.Build(1);
        return (network, input => OnnxExport.TranslationOf(network)(input));
    }

    /// <summary>Every variable a little off its first value, so that none is as good as left out; variances stay positive.</summary>
    private static Module Shaken(Module network)
    {
        var random = new Random(8);
        foreach (Variable variable in network.Variables)
            variable.Set([.. variable.ToArray().Select(value => value * Between(0.7f, 1.3f) + Between(0, 0.02f))]);
        return network;

        float Between(float low, float high) => low + (high - low) * random.NextSingle();
    }
}
