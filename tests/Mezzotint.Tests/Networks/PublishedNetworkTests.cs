using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Tests.Networks;

/// <summary>Each network against its published layers, written down here a second time, and the shapes of what it computes.</summary>
public sealed class PublishedNetworkTests
{
    private static readonly Initialization Seed = new(1);

    [Fact]
    public void Dcgan_generator_of_64_pixels_has_3_576_704_parameters()
    {
        var network = new DcganGenerator(64, Seed);
        new LayerList()
            .Up("layers.0.conv", 4, 100, 512, bias: false).Norm("layers.0.norm", 512)
            .Up("layers.1.conv", 4, 512, 256, bias: false).Norm("layers.1.norm", 256)
            .Up("layers.2.conv", 4, 256, 128, bias: false).Norm("layers.2.norm", 128)
            .Up("layers.3.conv", 4, 128, 64, bias: false).Norm("layers.3.norm", 64)
            .Up("layers.4.conv", 4, 64, 3, bias: false)
            .AssertIs(network, 3_576_704);
    }

    [Fact]
    public void Dcgan_discriminator_of_64_pixels_has_2_765_568_parameters() => new LayerList()
        .Conv("layers.0.conv", 4, 3, 64, bias: false)
        .Conv("layers.1.conv", 4, 64, 128, bias: false).Norm("layers.1.norm", 128)
        .Conv("layers.2.conv", 4, 128, 256, bias: false).Norm("layers.2.norm", 256)
        .Conv("layers.3.conv", 4, 256, 512, bias: false).Norm("layers.3.norm", 512)
        .Conv("layers.4.conv", 4, 512, 1, bias: false)
        .AssertIs(new DcganDiscriminator(64, Seed), 2_765_568);

    [Fact]
    public void Dcgan_with_dense_layers_is_infogans_for_digits()
    {
        // Chen et al. 2016, table 1: 74 -> FC 1024 -> FC 7x7x128 -> 4x4 up conv 64 -> 4x4 up conv 1; 4x4 conv 64, 4x4 conv 128, FC 1024,
        // output.
        new LayerList()
            .Dense("hidden.0.dense", 74, 1024).Norm("hidden.0.norm", 1024)
            .Up("layers.0.conv", 7, 1024, 128, bias: false).Norm("layers.0.norm", 128)
            .Up("layers.1.conv", 4, 128, 64, bias: false).Norm("layers.1.norm", 64)
            .Up("layers.2.conv", 4, 64, 1, bias: false)
            .AssertIs(new DcganGenerator(28, Seed, latent: 74, outChannels: 1, hidden: [1024]), 6_632_832);
        new LayerList()
            .Conv("layers.0.conv", 4, 1, 64, bias: false)
            .Conv("layers.1.conv", 4, 64, 128, bias: false).Norm("layers.1.norm", 128)
            .Dense("hidden.0.dense", 7 * 7 * 128, 1024).Norm("hidden.0.norm", 1024)
            .Dense("last", 1024, 1)
            .AssertIs(new DcganDiscriminator(28, Seed, inChannels: 1, hidden: [1024]), 6_557_952);
        var generator = new DcganGenerator(28, Seed, latent: 5, channels: 2, outChannels: 1, classes: ["a", "b"], hidden: [6, 4]);
        Tensor image = generator.Apply(Tensor.Full([3, 7], 0), Pass.Inference);
        Assert.Equal([3, 28, 28, 1], image.Shape);
        Assert.Equal([3, 1], new DcganDiscriminator(28, Seed, channels: 2, inChannels: 1, hidden: [6, 4]).Apply(image, Pass.Inference).Shape);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public void Dcgan_makes_and_judges_images_of_every_size(int size)
    {
        var generator = new DcganGenerator(size, Seed, channels: 2);
        Tensor image = generator.Apply(Tensor.Full([3, 100], 0), Pass.Inference);
        Assert.Equal([3, size, size, 3], image.Shape);
        Assert.Equal([3, 1], new DcganDiscriminator(size, Seed, channels: 2).Apply(image, Pass.Inference).Shape);
    }

    [Fact]
    public void Dcgan_is_drawn_as_published()
    {
        Variable[] parameters = [.. new DcganGenerator(64, Seed).Parameters];
        foreach (Variable weights in parameters.Where(parameter => parameter.Shape.Rank == 4)) AssertNormal(weights, 0, 0.02);
        AssertNormal(parameters.Single(parameter => parameter.Name == "layers.0.norm.weight"), 1, 0.02);
        Assert.All(parameters.Single(parameter => parameter.Name == "layers.0.norm.bias").ToArray(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void U_net_of_256_pixels_has_54_414_531_parameters()
    {
        // A bias wherever no batch norm would take it away. A well-known port has none in the first and the innermost layer, 576 fewer.
        int[] widths = [3, 64, 128, 256, 512, 512, 512, 512, 512];
        var list = new LayerList();
        for (int i = 0; i < 8; i++)
        {
            bool normed = i is > 0 and < 7;
            list.Conv($"down.{i}.conv", 4, widths[i], widths[i + 1], bias: !normed);
            if (normed) list.Norm($"down.{i}.norm", widths[i + 1]);
            list.Up($"up.{i}.conv", 4, i == 7 ? 512 : 2 * widths[i + 1], widths[i], bias: i == 0);
            if (i > 0) list.Norm($"up.{i}.norm", widths[i]);
        }

        list.AssertIs(new UNet(3, 3, Seed), 54_414_531);
    }

    [Theory]
    [InlineData(8, 256)]
    [InlineData(7, 128)]
    [InlineData(2, 4)]
    public void U_net_keeps_the_size(int depth, int size)
    {
        Tensor image = Tensor.Full([1, size, size, 3], 0);
        Assert.Equal([1, size, size, 4], new UNet(3, 4, Seed, channels: 2, depth).Apply(image, Pass.Inference).Shape);
    }

    [Fact]
    public void Patch_discriminator_has_2_768_705_parameters_and_sees_70_pixels()
    {
        var network = new PatchDiscriminator(6, Seed);
        new LayerList()
            .Conv("layers.0.conv", 4, 6, 64)
            .Conv("layers.1.conv", 4, 64, 128, bias: false).Norm("layers.1.norm", 128)
            .Conv("layers.2.conv", 4, 128, 256, bias: false).Norm("layers.2.norm", 256)
            .Conv("layers.3.conv", 4, 256, 512, bias: false).Norm("layers.3.norm", 512)
            .Conv("layers.4.conv", 4, 512, 1)
            .AssertIs(network, 2_768_705);
        Assert.Equal([1, 30, 30, 1], network.Apply(Tensor.Full([1, 256, 256, 6], 0), Pass.Inference).Shape);

        // Where one output of a small network without norm depends on the input: 70 rows and columns.
        var small = new PatchDiscriminator(1, Seed, channels: 2, normalization: Normalization.None);
        var input = new Variable("input", [1, 128, 128, 1], new Initialization(3).Normal("input", [1, 128, 128, 1], 1));
        Tensor output = small.Apply(input, Pass.Inference);
        int middle = output.Shape[1] / 2;
        Tensor gradient = Gradients.Of(output.Slice(1, middle, 1).Slice(2, middle, 1).Sum(), input)[0];
        float[] columns = Tensors.Cpu.CpuDevice.Shared.Evaluate(gradient.Abs().Sum(0, 1, 3));
        int[] seen = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i] != 0)];
        Assert.Equal(70, seen[^1] - seen[0] + 1);
    }

    [Fact]
    public void Multi_scale_discriminator_of_Cityscapes_has_5_603_202_parameters()
    {
        // 36 channels of labels and edges, 3 of the image.
        var network = new MultiScaleDiscriminator(39, Seed);
        new LayerList().Repeat(2, (list, i) => list
                .Conv($"scales.{i}.layers.0.conv", 4, 39, 64)
                .Conv($"scales.{i}.layers.1.conv", 4, 64, 128)
                .Conv($"scales.{i}.layers.2.conv", 4, 128, 256)
                .Conv($"scales.{i}.layers.3.conv", 4, 256, 512)
                .Conv($"scales.{i}.layers.4.conv", 4, 512, 1))
            .AssertIs(network, 5_603_202);
        IReadOnlyList<IReadOnlyList<Tensor>> features = network.Features(Tensor.Full([1, 64, 128, 39], 0), Pass.Inference);
        Assert.Equal(["[1, 33, 65, 64]", "[1, 17, 33, 128]", "[1, 9, 17, 256]", "[1, 10, 18, 512]", "[1, 11, 19, 1]"],
            features[0].Select(f => f.Shape.ToString()));
        Assert.Equal("[1, 17, 33, 64]", features[1][0].Shape.ToString());
    }

    [Fact]
    public void Pix2PixHD_global_generator_of_Cityscapes_has_182_546_755_parameters()
    {
        // 35 labels and an edge; from 3 channels it would be 182,443,267.
        var list = new LayerList();
        AddGlobal(list, "", 36, 64);
        list.Conv("tail", 7, 64, 3).AssertIs(new Pix2PixHDGlobal(36, 3, Seed), 182_546_755);
    }

    [Fact]
    public void Pix2PixHD_enhancer_is_the_global_generator_without_its_tail_and_a_local_one()
    {
        var list = new LayerList();
        AddGlobal(list, "global.", 36, 16);
        list.Conv("local.head.conv", 7, 36, 8).Conv("local.down.conv", 3, 8, 16)
            .Repeat(3, (l, i) => l.Conv($"local.body.{i}.0.conv", 3, 16, 16).Conv($"local.body.{i}.1.conv", 3, 16, 16))
            .Up("local.up.conv", 3, 16, 8).Conv("local.tail", 7, 8, 3);
        var network = new Pix2PixHDEnhancer(36, 3, Seed, channels: 8);
        list.AssertIs(network, list.Count);
        Assert.Equal([1, 96, 64, 3], network.Apply(Tensor.Full([1, 96, 64, 36], 0), Pass.Inference).Shape);
    }

    [Fact]
    public void Vgg_19_has_torchvisions_names_and_20_024_384_parameters()
    {
        var list = new LayerList();
        int[] indices = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34];
        int[] widths = [3, 64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512];
        for (int i = 0; i < indices.Length; i++) list.Conv($"features.{indices[i]}", 3, widths[i], widths[i + 1]);
        var network = new Vgg19(Seed);
        list.AssertIs(network, 20_024_384);
        Tensor image = Tensor.Full([1, 64, 32, 3], 0);
        Assert.Equal([1, 4, 2, 512], network.Features(image, Pass.Inference, "relu5_4")[0].Shape);
        Assert.Equal([1, 16, 8, 256], network.Features(image, Pass.Inference, "conv3_1")[0].Shape);
        var mistake = Assert.Throws<ArgumentException>(() => network.Features(image, Pass.Inference, "relu1_1", "relu6_1"));
        Assert.Contains("relu6_1", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(128)]
    public void Srgan_discriminators_dense_layer_follows_the_crop(int crop)
    {
        int[] widths = [3, 64, 64, 128, 128, 256, 256, 512, 512];
        var list = new LayerList().Conv("layers.0.conv", 3, 3, 64);
        for (int i = 1; i < 8; i++)
            list.Conv($"layers.{i}.conv", 3, widths[i], widths[i + 1], bias: false).Norm($"layers.{i}.norm", widths[i + 1]);
        int side = crop / 16;
        list.Linear("dense", 512 * side * side, 1024).Linear("last", 1024, 1);
        var network = new SrganDiscriminator(crop, Seed);
        list.AssertIs(network, 4_687_232 + 512L * side * side * 1024 + 1024 + 1025);
        Assert.Equal([2, 1], network.Apply(Tensor.Full([2, crop, crop, 3], 0), Pass.Inference).Shape);
    }

    [Fact]
    public void The_U_Net_discriminator_of_Real_ESRGAN_has_4_376_897_parameters_and_judges_every_pixel()
    {
        var network = new UNetDiscriminator(Seed);
        new LayerList()
            .Conv("first", 3, 3, 64)
            .Conv("down.0", 4, 64, 128, bias: false).Conv("down.1", 4, 128, 256, bias: false).Conv("down.2", 4, 256, 512, bias: false)
            .Conv("up.0", 3, 512, 256, bias: false).Conv("up.1", 3, 256, 128, bias: false).Conv("up.2", 3, 128, 64, bias: false)
            .Conv("refine.0", 3, 64, 64, bias: false).Conv("refine.1", 3, 64, 64, bias: false)
            .Conv("last", 3, 64, 1)
            .AssertIs(network, 4_376_897);
        Assert.Equal([2, 24, 40, 1], network.Apply(Tensor.Full([2, 24, 40, 3], 0), Pass.Inference).Shape);
    }

    /// <summary>With the branch's last scales at zero a block is what follows its addition.</summary>
    [Fact]
    public void A_block_of_SRResNet_ends_with_its_addition_or_with_a_rectifier_after_it()
    {
        SrResNet plain = Network(rectified: false, slope: 0.25f), rectified = Network(rectified: true, slope: 0.25f);
        Assert.NotEqual(Evaluate(plain), Evaluate(rectified));
        Assert.Equal(Evaluate(Network(rectified: false, slope: 0)), Evaluate(Network(rectified: true, slope: 0)));

        static SrResNet Network(bool rectified, float slope)
        {
            var network = new SrResNet(2, Seed, channels: 4, blocks: 1, rectifiedSums: rectified);
            foreach (Variable variable in network.Variables)
            {
                if (variable.Name == "body.0.norm2.weight") variable.Set(new float[variable.Shape.Count]);
                if (variable.Name == "head.prelu.weight") variable.Set([slope]);
            }

            return network;
        }

        static float[] Evaluate(SrResNet network) => Tensors.Cpu.CpuDevice.Shared.Evaluate(network.Apply(
            Tensor.Of([1, 8, 8, 3], Enumerable.Range(0, 192).Select(i => i * 37 % 101 / 100f).ToArray()), Pass.Inference));
    }

    [Fact]
    public void Rrdb_has_16_697_987_parameters() => new LayerList()
        .Conv("conv_first", 3, 3, 64)
        .Repeat(23, (list, i) => list.Repeat(3, (part, j) => part
            .Conv($"body.{i}.rdb{j + 1}.conv1", 3, 64, 32)
            .Conv($"body.{i}.rdb{j + 1}.conv2", 3, 96, 32)
            .Conv($"body.{i}.rdb{j + 1}.conv3", 3, 128, 32)
            .Conv($"body.{i}.rdb{j + 1}.conv4", 3, 160, 32)
            .Conv($"body.{i}.rdb{j + 1}.conv5", 3, 192, 64)))
        .Conv("conv_body", 3, 64, 64)
        .Conv("conv_up1", 3, 64, 64).Conv("conv_up2", 3, 64, 64)
        .Conv("conv_hr", 3, 64, 64).Conv("conv_last", 3, 64, 3)
        .AssertIs(new RrdbNet(4, Seed), 16_697_987);

    [Fact]
    public void Srresnet_x4_has_1_547_350_parameters() => new LayerList()
        // Implementations that keep a bias before each of the 33 batch norms, which takes it away again, have 1,549,462.
        .Conv("head.conv", 9, 3, 64).PRelu("head.prelu")
        .Repeat(16, (list, i) => list
            .Conv($"body.{i}.conv1", 3, 64, 64, bias: false).Norm($"body.{i}.norm1", 64).PRelu($"body.{i}.prelu")
            .Conv($"body.{i}.conv2", 3, 64, 64, bias: false).Norm($"body.{i}.norm2", 64))
        .Conv("join.conv", 3, 64, 64, bias: false).Norm("join.norm", 64)
        .Repeat(2, (list, i) => list.Conv($"enlarge.{i}.conv", 3, 64, 256).PRelu($"enlarge.{i}.prelu"))
        .Conv("tail", 9, 64, 3)
        .AssertIs(new SrResNet(4, Seed), 1_547_350);

    private static void AddGlobal(LayerList list, string path, int inChannels, int channels)
    {
        list.Conv($"{path}head.conv", 7, inChannels, channels);
        for (int i = 0; i < 4; i++) list.Conv($"{path}down.{i}.conv", 3, channels << i, channels << (i + 1));
        for (int i = 0; i < 18; i++) list.Conv($"{path}body.{i / 2}.{i % 2}.conv", 3, 16 * channels, 16 * channels);
        for (int i = 4; i > 0; i--) list.Up($"{path}up.{4 - i}.conv", 3, channels << i, channels << (i - 1));
    }

    private static void AssertNormal(Variable variable, double mean, double deviation)
    {
        float[] values = variable.ToArray();
        double average = values.Average(x => (double)x), variance = values.Average(x => (x - average) * (x - average));
        Assert.True(Math.Abs(average - mean) < 5 * deviation / Math.Sqrt(values.Length), $"{variable.Name} has the mean {average}");
        Assert.True(Math.Abs(Math.Sqrt(variance) / deviation - 1) < 5 / Math.Sqrt(2.0 * values.Length),
            $"{variable.Name} has the deviation {Math.Sqrt(variance)}");
    }
}
