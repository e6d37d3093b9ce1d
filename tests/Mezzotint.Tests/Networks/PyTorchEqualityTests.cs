using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Networks;

/// <summary>Networks of reduced size, in training mode, beside the same in PyTorch: outputs, gradients, running statistics.</summary>
public sealed class PyTorchEqualityTests
{
    private const double Tolerance = 1e-4;
    private static readonly Initialization Seed = new(7);

    [Fact]
    public void Dcgan_generator() =>
        Check("dcgan_generator", new { layers = 3 }, new DcganGenerator(32, Seed, latent: 10, channels: 8), [4, 10]);

    [Fact]
    public void Dcgan_discriminator() =>
        Check("dcgan_discriminator", new { layers = 3 }, new DcganDiscriminator(32, Seed, channels: 8), [4, 32, 32, 3]);

    [Fact]
    public void U_net() => Check("u_net", new { depth = 5 }, new UNet(3, 2, Seed, channels: 8, depth: 5, dropout: 0), [2, 32, 64, 3]);

    [Fact]
    public void Patch_discriminator() =>
        Check("patch_discriminator", new { layers = 3 }, new PatchDiscriminator(6, Seed, channels: 8), [2, 48, 40, 6]);

    [Fact]
    public void Multi_scale_discriminator()
    {
        var network = new MultiScaleDiscriminator(5, Seed, channels: 8, layers: 2);
        Check("multi_scale_discriminator", new { layers = 2, scales = 2 }, network, [1, 33, 40, 5],
            (input, pass) => [.. network.Features(input, pass).SelectMany(scale => scale)]);
    }

    [Fact]
    public void Pix2PixHD_global_generator() => Check("pix2pixhd_global", new { downs = 2, blocks = 2 },
        new Pix2PixHDGlobal(5, 3, Seed, channels: 8, downs: 2, blocks: 2), [1, 32, 24, 5]);

    [Fact]
    public void Pix2PixHD_enhancer() => Check("pix2pixhd_enhancer", new { downs = 2, blocks = 1, local = 1 },
        new Pix2PixHDEnhancer(5, 3, Seed, channels: 4, downs: 2, globalBlocks: 1, localBlocks: 1), [1, 32, 40, 5]);

    [Fact]
    public void SRResNet() => Check("srresnet", new { blocks = 2 }, new SrResNet(4, Seed, channels: 16, blocks: 2), [2, 12, 10, 3]);

    [Fact]
    public void SRGAN_discriminator() =>
        Check("srgan_discriminator", new { }, new SrganDiscriminator(32, Seed, channels: 8), [3, 32, 32, 3]);

    [Fact]
    public void RRDB() => Check("rrdb", new { blocks = 1 }, new RrdbNet(4, Seed, channels: 16, blocks: 1, growth: 8), [1, 12, 10, 3]);

    [Fact]
    public void VGG_19()
    {
        var network = new Vgg19(Seed);
        Check("vgg19", new { }, network, [1, 32, 48, 3],
            (input, pass) => network.Features(input, pass, "relu1_1", "relu2_1", "conv3_3", "relu5_1"));
    }

    [Fact]
    public void AlexNet()
    {
        var network = new AlexNet(Seed);
        Check("alexnet", new { }, network, [1, 67, 95, 3], (input, _) => network.Features(input, network.Layers));
    }

    [Fact]
    public void SqueezeNet()
    {
        var network = new SqueezeNet(Seed);
        Check("squeezenet", new { }, network, [1, 68, 95, 3],
            (input, _) => network.Features(input, "relu1", "fire3", "fire6", "fire9", Mezzotint.Networks.SqueezeNet.Logits));
    }

    private static void Check(
        string name, object settings, Module network, Shape shape, Func<Tensor, Pass, IReadOnlyList<Tensor>>? outputs = null)
    {
        float[] values = new Initialization(1).Normal("input", shape, 1);
        var input = new Variable("input", shape, values);
        var updates = new Updates();
        var pass = new Pass(updates);
        IReadOnlyList<Tensor> results = outputs?.Invoke(input, pass) ?? [network.Apply(input, pass)];
        Tensor output = Tensor.Concat(0, [.. results.Select(tensor => tensor.Reshape([(int)tensor.Shape.Count]))]);
        float[] direction = new Initialization(2).Normal("direction", output.Shape, 1);
        Tensor loss = (output * Tensor.Of(output.Shape, direction)).Sum();

        Variable[] parameters = [.. network.Parameters];
        Tensor[] gradients = Gradients.Of(loss, [input, .. parameters.Select(parameter => parameter.Value)]);
        NamedArray[] given = [.. network.Variables.Append(input).Select(Named), new("direction", [direction.Length], direction)];
        Dictionary<string, NamedArray> expected = PyTorch.Evaluate(name, settings, given);

        using var device = new CpuDevice();
        RunResult result = device.Run(new Step([output, .. gradients], updates));
        Compare("output", result[0], expected["output"].Data);
        Compare("gradient.input", result[1], expected["gradient.input"].Data);
        for (int i = 0; i < parameters.Length; i++)
        {
            string key = $"gradient.{parameters[i].Name}";
            if (!expected.TryGetValue(key, out NamedArray? gradient))
            {
                Assert.All(result[i + 2], number => Assert.Equal(0, number));
                continue;
            }

            // The gradient by a bias before a norm is zero but for rounding, which is measured by the gradient of its layer.
            expected.TryGetValue(key.Replace(".bias", ".weight", StringComparison.Ordinal), out NamedArray? ofLayer);
            Assert.Equal(parameters[i].Shape.ToArray(), gradient.Shape);
            Compare(key, result[i + 2], gradient.Data, ofLayer?.Data);
        }

        foreach (Variable statistic in network.Statistics)
            Compare(statistic.Name, statistic.ToArray(), expected[$"after.{statistic.Name}"].Data);
    }

    private static NamedArray Named(Variable variable) => new(variable.Name, variable.Shape.ToArray(), variable.ToArray());

    private static void Compare(string name, float[] ours, float[] theirs, float[]? scale = null)
    {
        Assert.Equal(theirs.Length, ours.Length);
        double largest = theirs.Concat(scale ?? []).Max(Math.Abs);
        double worst = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest > 0 && worst <= Tolerance * largest, $"{name} is {worst} from PyTorch's, whose largest magnitude is {largest}");
    }
}
