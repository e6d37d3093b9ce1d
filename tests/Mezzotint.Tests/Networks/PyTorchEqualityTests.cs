using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
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
    public void Dense_generator() =>
        Check("dense_generator", new { layers = 3, side = 6 }, new DenseGenerator(6, Seed, latent: 5, widths: [8, 12, 16], outChannels: 2), [4, 5]);

    [Fact]
    public void Dense_discriminator() =>
        Check("dense_discriminator", new { layers = 2 }, new DenseDiscriminator("", 20, [12, 8], Seed), [4, 20]);

    [Fact]
    public void Small_discriminator() =>
        Check("small_discriminator", new { }, new SmallDiscriminator("", 14, 2, Seed, channels: 6, dropout: 0), [3, 14, 14, 2]);

    [Fact]
    public void Dcgan_generator() =>
        Check("dcgan_generator", new { layers = 3 }, new DcganGenerator(32, Seed, latent: 10, channels: 8), [4, 10]);

    [Fact]
    public void Dcgan_discriminator() =>
        Check("dcgan_discriminator", new { layers = 3 }, new DcganDiscriminator(32, Seed, channels: 8), [4, 32, 32, 3]);

    [Fact]
    public void WGAN_GP_generator() =>
        Check("resnet_generator", new { blocks = 2, side = 4 }, new ResNetGenerator(16, Seed, latent: 6, channels: 8), [4, 6]);

    [Fact]
    public void WGAN_GP_critic() =>
        Check("resnet_critic", new { halvings = 2 }, new ResNetDiscriminator("", 16, 3, Seed, channels: 8), [3, 16, 16, 3]);

    [Fact]
    public void SNGAN_discriminator() => Check(
        "resnet_critic", new { halvings = 2, summed = true }, new ResNetDiscriminator("", 16, 3, Seed, channels: 8, spectral: true), [3, 16, 16, 3]);

    [Fact]
    public void WGAN_GP_penalty()
    {
        // Between equal images lies nothing but them: the penalty is taken there.
        var critic = new ResNetDiscriminator("", 16, 3, Seed, channels: 8);
        var random = new RandomStream(Tensor.Of([3], RandomStream.Key(1, 1)));
        Check("gradient_penalty", new { halvings = 2 }, critic, [3, 16, 16, 3],
            (input, pass) => [GradientPenalty.Wasserstein(images => critic.Apply(images, pass), input, input, random)]);
    }

    [Fact]
    public void R1_of_patches()
    {
        var network = new PatchDiscriminator(4, Seed, channels: 6, layers: 2, normalization: Normalization.Instance);
        Check("r1", new { layers = 2 }, network, [2, 24, 20, 4], (input, pass) => [GradientPenalty.R1(network.Apply(input, pass), input)]);
    }

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
    public void Pix2PixHD_losses()
    {
        var network = new MultiScaleDiscriminator(4, Seed, channels: 6, layers: 3);
        var objective = new LeastSquaresObjective();
        Check("pix2pixhd_losses", new { layers = 3, scales = 2 }, network, [2, 40, 48, 4], (input, pass) =>
        {
            Tensor made = input.Slice(0, 1, 1);
            IReadOnlyList<IReadOnlyList<Tensor>> real = network.Features(input.Slice(0, 0, 1), pass), fake = network.Features(made, pass);
            IReadOnlyList<IReadOnlyList<Tensor>> given = network.Features(made.Detach(), pass);
            return
            [
                0.5f * (objective.OfDiscriminator(real[0][^1], given[0][^1]) + objective.OfDiscriminator(real[1][^1], given[1][^1])),
                objective.OfGenerator(real[0][^1], fake[0][^1]) + objective.OfGenerator(real[1][^1], fake[1][^1]),
                10 * FeatureMatching.Of(real, fake),
            ];
        });
    }

    [Fact]
    public void Whole_image_discriminator()
    {
        var network = new WholeImageDiscriminator(4, Seed, channels: 6, layers: 3);
        Check("whole_image_discriminator", new { layers = 3 }, network, [2, 32, 24, 4], (input, pass) => network.Features(input, pass));
    }

    [Fact]
    public void Style_encoder() => Check("style_encoder", new { downs = 3 }, new StyleEncoder("", 3, 5, Seed, channels: 6, downs: 3), [2, 24, 32, 3]);

    [Fact]
    public void Pix2PixHD_feature_encoder()
    {
        // Two images of one row of blocks each, in three and in two instances.
        const int Side = 32, Segments = 5;
        int[] segments = [.. Enumerable.Range(0, 2 * Side * Side).Select(i => i < Side * Side ? i % Side * 3 / Side : 3 + i % Side * 2 / Side)];
        TranslationNetwork network = new TranslatorDescription(
            TranslationGenerator.Global, new ConditionDescription(ConditionKind.Labels, 2), 2, 1, 1, 1, 0, StyleKind.Instances, 3, 4, 2).Build(7);
        network.Clusters!.Set(Initialization.Constant(network.Clusters.Shape, 1));
        Tensor of = Tensor.Of([2, Side, Side], segments);
        Check("instance_features", new { segments }, network, [2, Side, Side, 3], (input, pass) => [network.StyleOf(input, of, Segments, pass)!]);
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
    public void SRResNet_with_a_rectifier_after_each_addition() => Check(
        "srresnet", new { blocks = 2, rectified = true }, new SrResNet(4, Seed, channels: 16, blocks: 2, rectifiedSums: true), [2, 12, 10, 3]);

    [Theory]
    [InlineData(1), InlineData(3)]
    public void Compact_network(int scale) =>
        Check("compact", new { scale, blocks = 2 }, new CompactResNet(scale, Seed, channels: 12, blocks: 2), [2, 12, 10, 3]);

    [Fact]
    public void SRGAN_discriminator() =>
        Check("srgan_discriminator", new { }, new SrganDiscriminator(32, Seed, channels: 8), [3, 32, 32, 3]);

    [Fact]
    public void RealESRGAN_discriminator() =>
        Check("u_net_discriminator", new { }, new UNetDiscriminator(Seed, channels: 6), [2, 24, 16, 3]);

    [Theory]
    [InlineData(MainGeneratorKind.Unet, "u_net", 2)]
    [InlineData(MainGeneratorKind.Dcgan, "dcgan_generator", 6)]
    public void Hierarchical_generator(MainGeneratorKind kind, string main, int noise)
    {
        const int Size = 32, Levels = 3;
        int latent = HierarchicalDescription.LatentOf(Size, Levels, kind, noise);
        HierarchicalGenerator network = new HierarchicalDescription(Size, 3, latent, [], Levels, kind, noise, 6, [8, 6], 2).Build(7);
        Check("hierarchical", new { main, side = Size / 4, noise, levels = Levels, blocks = 2 }, network, [3, latent],
            (input, pass) => network.GenerateLevels(input, null, pass));
    }

    [Fact]
    public void Convolutional_variational_autoencoder()
    {
        VariationalAutoencoder network = new VaeDescription(
            16, 1, 4, [], VaeKind.Convolutional, [4, 6], Normalization.Batch, Likelihood.Bernoulli).Build(7);
        Check("variational", new { layers = 2, side = 4 }, network, [3, 16, 16, 1], (input, pass) =>
        {
            (Tensor mean, Tensor logVariance) = network.Encode(input, pass);
            return [mean, logVariance, network.Decode(mean, pass)];
        });
    }

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
        if (expected.TryGetValue("gradient.input", out NamedArray? ofInput)) Compare("gradient.input", result[1], ofInput.Data);
        else Assert.All(result[1], number => Assert.Equal(0, number));
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
