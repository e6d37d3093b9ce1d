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
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    /// <summary>One network flattens an image to a vector, whose order is ours.</summary>
    public static TheoryData<string> NamesOfImageNetworks => [.. Networks.Keys.Where(name => name != "srgan discriminator")];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_file_gives_the_networks_output_at_every_size(string name)
    {
        (Func<Module> make, Shape[] sizes) = Networks[name];
        Module network = Shaken(make());
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
