using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tests.Networks;
using Mezzotint.Weights;
using Mezzotint.Weights.Published;

namespace Mezzotint.Tests.Weights;

public sealed class PublishedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Published => new()
    {
        { "srgan-5block-x4.pth", "srgan_leftthomas_x4_butterfly_lr64" },
        { "imdn-x4.pth", "imdn_x4_butterfly" },
    };

    public static TheoryData<int> Architectures => [.. Enumerable.Range(0, Mezzotint.Weights.Published.Architectures.All.Count)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Published))]
    public void Networks_of_the_field_open_and_give_their_stored_outputs(string file, string stored)
    {
        string path = SharedData.Path($"weights/{file}");
        var golden = new Golden(stored);
        SuperResolver network = ModelFile.ReadSuperResolver(path);
        Assert.Equal(4, network.Scale);
        Assert.Equal(4, ModelFile.ReadScale(path));
        (int[] shape, float[] data) = golden["input"];
        golden.Equal("output", CpuDevice.Shared.Evaluate(network.Apply(Tensor.Of(Shape.Create(shape), data), Pass.Inference)));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_architecture_is_found_from_names_and_shapes_and_filled_as_it_was(int index)
    {
        Architecture architecture = Mezzotint.Weights.Published.Architectures.All[index];
        foreach (NetworkDescription description in Variants(architecture.Typical))
        {
            Module network = description.Build(seed: 7);
            Safetensors.Write(_folder["w"], Saved(network, architecture, description, wrapper: "module."));
            Assert.Equal(description.ToJson(), ModelFile.Describe(_folder["w"]).ToJson());
            Module read = ModelFile.Read(_folder["w"]);
            foreach ((Variable was, Variable now) in network.Variables.Zip(read.Variables))
            {
                Assert.Equal(was.Name, now.Name);
                Assert.Equal(was.ToArray(), now.ToArray());
            }
        }
    }

    [Fact]
    public void Of_a_block_that_is_not_there_its_arrays_are_missing_and_later_blocks_are_not_too_much()
    {
        Architecture architecture = new ImdnArchitecture();
        var description = new ImdnDescription(2, 16, 4);
        NamedArray[] arrays = [.. Saved(description.Build(), architecture, description).Where(array => !array.Name.StartsWith("IMDB2.", StringComparison.Ordinal))];
        int bad = Array.FindIndex(arrays, array => array.Name == "IMDB3.c2.bias");
        arrays[bad] = new NamedArray(arrays[bad].Name, arrays[bad].Shape, [float.NaN, .. arrays[bad].Data[1..]]);
        Safetensors.Write(_folder["w"], arrays);
        string message = Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message;
        Assert.Contains("IMDN of 4 blocks of 16 channels", message);
        Assert.Contains("missing are IMDB2.c1.weight", message);
        Assert.Contains("not finite are numbers of IMDB3.c2.bias", message);
        Assert.DoesNotContain("left over", message);
        Assert.DoesNotContain("of another shape", message);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Architecture architecture = new ImdnArchitecture();
        var description = new ImdnDescription(2, 16, 1);
        List<NamedArray> arrays = [.. Saved(description.Build(), architecture, description)];
        arrays.RemoveAll(array => array.Name == "LR_conv.bias");
        arrays.Add(new NamedArray("extra", [1], [1]));
        int odd = arrays.FindIndex(array => array.Name == "c.0.bias");
        arrays[odd] = new NamedArray("c.0.bias", [3], new float[3]);
        Safetensors.Write(_folder["w"], arrays);
        string message = Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message;
        Assert.Contains("missing are LR_conv.bias [16]", message);
        Assert.Contains("of another shape are c.0.bias ([3], where [16] is taken)", message);
        Assert.Contains("left over are extra", message);

        WeightsInspection inspection = WeightsInspection.Of(_folder["w"]);
        Assert.Equal("IMDN of 1 blocks of 16 channels, 2 times", inspection.Architecture);
        Assert.Null(inspection.Network);
        Assert.Equal(message, inspection.Remark);
    }

    [Fact]
    public void Weights_of_no_known_network_are_refused_with_what_is_nearest()
    {
        Safetensors.Write(_folder["w"], [new NamedArray("a", [1], [1])]);
        Assert.Contains("known are", Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message);
        var description = new ImdnDescription(2, 16, 1);
        NamedArray[] arrays = [.. Saved(description.Build(), new ImdnArchitecture(), description).Where(array => !array.Name.StartsWith("upsampler", StringComparison.Ordinal))];
        Safetensors.Write(_folder["w"], arrays);
        Assert.Contains("nearest to IMDN", Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message);
    }

    [Theory]
    [InlineData("SwinIR", "conv_first.weight", "layers.0.residual_group.blocks.0.attn.qkv.weight", "conv_last.weight")]
    [InlineData("RCAN", "head.0.weight", "body.0.body.0.body.0.weight", "tail.1.weight")]
    [InlineData("a ResNet classifier", "conv1.weight", "layer1.0.conv1.weight", "fc.weight")]
    public void Networks_that_are_not_run_are_called_what_they_are(string network, params string[] names)
    {
        Safetensors.Write(_folder["w"], names.Select(name => new NamedArray(name, [1], [1])));
        Assert.Contains($"by its names it is {network}, which is not run here", Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message);
        Assert.StartsWith($"By its names it is {network}", WeightsInspection.Of(_folder["w"]).Remark);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused()
    {
        var description = new ImdnDescription(2, 16, 1);
        List<NamedArray> arrays = [.. Saved(description.Build(), new ImdnArchitecture(), description)];
        arrays[0].Data[0] = float.NaN;
        Safetensors.Write(_folder["w"], arrays);
        Assert.Contains("not finite", Assert.Throws<WeightsException>(() => ModelFile.Read(_folder["w"])).Message);
        Assert.Equal(1, WeightsInspection.Of(_folder["w"]).NotFinite);
    }

    [Fact]
    public void An_inspection_tells_what_a_published_file_is()
    {
        foreach ((string file, string network) in new[]
        {
            ("imdn-x4.pth", "IMDN of 6 blocks of 64 channels, 4 times"), ("srgan-5block-x4.pth", "SRGAN's generator of 5 blocks of 64 channels, 4 times"),
            ("mnist-lenet5.pth", "LeNet-5"), ("lpips-v0.1-alex.pth", "the heads of LPIPS with AlexNet"),
            ("lpips-v0.1-vgg.pth", "the heads of LPIPS with VGG-16"), ("lpips-v0.1-squeeze.pth", "the heads of LPIPS with SqueezeNet 1.1"), ("vgg_normalised_conv3_1.pth", "the normalised VGG-19 up to relu3_1"),
            ("feature_invertor_conv3_1.pth", "the decoder of the normalised VGG-19 from relu3_1"),
            ("mnist-gan-mlp-generator.ckpt", "a dense GAN's generator of 28x28 grey images"),
            ("mnist-vae.pth", "the dense variational autoencoder of PyTorch's examples of 28x28 grey images, 20 latent, dense 400"),
        })
        {
            WeightsInspection inspection = WeightsInspection.Of(SharedData.Path($"weights/{file}"));
            Assert.Equal(("PyTorch", network, null), (inspection.Format, inspection.Architecture, inspection.Remark));
        }

        Assert.Contains("SqueezeNet", WeightsInspection.Of(SharedData.Path("weights/squeezenet_v1.1_caffe_imagenet.safetensors")).Architecture);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_network_that_is_known_is_written_as_others_save_it(int index)
    {
        Architecture architecture = Mezzotint.Weights.Published.Architectures.All[index];
        foreach (NetworkDescription description in Variants(architecture.Typical))
        {
            Module network = description.Build(seed: 9);
            NamedArray[] expected = [.. Saved(network, architecture, description).Where(array => !architecture.MayLack(description, VariableOf(array.Name)))];
            if (architecture is not RrdbArchitecture || PyTorchExport.NameOf(description) == architecture.Name)
                Assert.Equal(architecture.Name, PyTorchExport.NameOf(description));
            PyTorchExport.Write(_folder["w.pth"], [.. architecture.Save(network, description)]);
            IReadOnlyList<NamedArray> written = PyTorchFile.Read(_folder["w.pth"]).Arrays;
            Assert.Equal(expected.Select(array => array.Name), written.Select(array => array.Name));
            foreach ((NamedArray should, NamedArray does) in expected.Zip(written))
            {
                Assert.Equal(should.Shape, does.Shape);
                Assert.Equal(should.Data, does.Data);
            }

            Assert.Equal(description.ToJson(), ModelFile.Describe(_folder["w.pth"]).ToJson());

            string VariableOf(string name) => network.Variables.First(variable => architecture.NameOf(description, variable.Name) == name).Name;
        }
    }

    [Theory]
    [InlineData("imdn-x4.pth"), InlineData("srgan-5block-x4.pth"), InlineData("mnist-vae.pth"), InlineData("mnist-gan-mlp-generator.ckpt")]
    public void A_published_file_is_written_again_as_it_was(string file)
    {
        string path = SharedData.Path($"weights/{file}");
        Dictionary<string, NamedArray> written = PyTorchExport.StateOf(ModelFile.Read(path), ModelFile.Describe(path)).ToDictionary(array => array.Name);
        foreach (NamedArray array in PyTorchFile.Read(path).Arrays)
        {
            string name = array.Name.StartsWith("module.", StringComparison.Ordinal) ? array.Name["module.".Length..] : array.Name;
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) continue;
            Assert.Equal(array.Data, written[name].Data);
            if (array.Data.Length > 1) Assert.Equal(array.Shape, written[name].Shape);
        }
    }

    [Fact]
    public void PyTorch_loads_what_is_written_and_computes_the_same()
    {
        var generator = new DcganDescription(16, 3, 6, [], 4, 8);
        var autoencoder = new VaeDescription(8, 1, 3, [], VaeKind.Dense, [16], Normalization.None, Likelihood.Bernoulli);
        foreach ((string name, NetworkDescription description, int inputs) in new (string, NetworkDescription, int)[] { ("dcgan", generator, 6), ("vae", autoencoder, 3) })
        {
            Module network = description.Build(seed: 5);
            PyTorchExport.Write(_folder[$"{name}.pth"], network, description);
            float[] latent = new Initialization(1).Normal("latent", [2, inputs], 1);
            Safetensors.Write(_folder[$"{name}.in"], [new NamedArray("input", [2, inputs], latent)]);
            PyTorch.Execute(Path.Combine("Weights", "torch_export.py"), name, _folder[$"{name}.pth"], _folder[$"{name}.in"], _folder[$"{name}.out"]);
            float[] expected = Assert.Single(Safetensors.Read(_folder[$"{name}.out"]).Arrays).Data;
            float[] ours = CpuDevice.Shared.Evaluate(((IImageGenerator)network).Generate(Tensor.Of([2, inputs], latent), null, Pass.Inference));
            Assert.Equal(expected.Length, ours.Length);
            foreach ((float a, float b) in expected.Zip(ours)) Assert.Equal(a, b, 1e-5f);
        }
    }

    [Fact]
    public void A_network_that_PyTorch_does_not_know_is_not_written_for_it()
    {
        var description = new CompactResNetDescription(2, 4, 1);
        Assert.Null(PyTorchExport.NameOf(description));
        Assert.Contains("No PyTorch module is known for a compact network", Assert.Throws<WeightsException>(
            () => PyTorchExport.Write(_folder["w.pth"], description.Build(), description)).Message);
    }

    [Fact]
    public void The_generator_and_the_autoencoder_of_digits_give_their_stored_outputs()
    {
        var golden = new Golden("mnist_gan_mlp_G");
        Module generator = ModelFile.Read(SharedData.Path("weights/mnist-gan-mlp-generator.ckpt"));
        golden.Equal("output", CpuDevice.Shared.Evaluate(generator.Apply(Tensor.Of([16, 64], golden["input"].Data), Pass.Inference)));
        var autoencoder = ModelFile.Read<VariationalAutoencoder>(SharedData.Path("weights/mnist-vae.pth"), "encode pictures");
        golden = new Golden("mnist_vae_first16");
        golden.Equal("recon_at_mu", CpuDevice.Shared.Evaluate(autoencoder.Apply(Tensor.Of([16, 28, 28, 1], golden["input"].Data), Pass.Inference)));
    }

    private static NetworkDescription[] Variants(NetworkDescription typical) => typical switch
    {
        DcganDescription =>
        [
            new DcganDescription(16, 1, 5, [], 4, 8), new DcganDescription(28, 3, 6, [], 4, 8), new DcganDescription(28, 1, 5, [], 2, 16, Pointwise: true),
            new DcganDescription(16, 3, 5, [], 2, 8, Pointwise: true),
        ],
        VaeDescription => [new VaeDescription(8, 1, 3, [], VaeKind.Dense, [16], Normalization.None, Likelihood.Bernoulli)],
        DenseGeneratorDescription =>
        [
            new DenseGeneratorDescription(8, 1, 5, [], [16, 12], Normalization.None, 0), new DenseGeneratorDescription(8, 3, 5, [], [16], Normalization.None, 0),
        ],
        TranslatorDescription { Generator: TranslationGenerator.Unet } =>
        [
            new TranslatorDescription(TranslationGenerator.Unet, new ConditionDescription(ConditionKind.Picture), 4, 4, Dropout: 0.5),
            new TranslatorDescription(TranslationGenerator.Unet, new ConditionDescription(ConditionKind.Labels, 5), 2, 2, Dropout: 0.5),
        ],
        TranslatorDescription { Generator: TranslationGenerator.Global } =>
            [new TranslatorDescription(TranslationGenerator.Global, new ConditionDescription(ConditionKind.Picture), 2, 2, 3)],
        TranslatorDescription =>
            [new TranslatorDescription(TranslationGenerator.Enhanced, new ConditionDescription(ConditionKind.Labels, 35, Instances: true), 2, 2, 3, 2)],
        ImdnDescription => [new ImdnDescription(2, 16, 2), new ImdnDescription(3, 32, 1), new ImdnDescription(1, 16, 2, Reduces: true)],
        SrVggDescription => [new SrVggDescription(4, 8, 3), new SrVggDescription(2, 4, 2), new SrVggDescription(1, 4, 2)],
        BoundedSrResNetDescription =>
            [new BoundedSrResNetDescription(4, 8, 2), new BoundedSrResNetDescription(2, 4, 1), new BoundedSrResNetDescription(8, 4, 1)],
        VersionedSrResNetDescription version => [version with { Scale = 2, Channels = 8, Blocks = 1 }, version with { Scale = 8, Blocks = 2 }],
        EdsrDescription edsr => [edsr with { Scale = 2, Channels = 8, Blocks = 2 }, edsr with { Scale = 3, Blocks = 1 }, edsr with { Blocks = 1 }],
        MsrResNetDescription => [new MsrResNetDescription(2, 8, 2), new MsrResNetDescription(3, 4, 1), new MsrResNetDescription(4, 8, 1)],
        _ => [new RrdbNetDescription(4, 8, 2, 4), new RrdbNetDescription(2, 8, 1, 4), new RrdbNetDescription(1, 8, 1, 4), new RrdbNetDescription(8, 8, 1, 4), .. RealEsrgan(typical)],
    };

    private static NetworkDescription[] RealEsrgan(NetworkDescription typical) =>
        [.. new[] { 2, 4 }.Select(unshuffle => ((RrdbNetDescription)typical) with { Scale = 4 / unshuffle, Channels = 8, Blocks = 1, Unshuffle = unshuffle })];

    /// <summary>A network's variables as PyTorch would save them: the reverse of what reading does, by definition.</summary>
    private static IEnumerable<NamedArray> Saved(Module network, Architecture architecture, NetworkDescription description, string wrapper = "")
    {
        foreach (Variable variable in network.Variables)
        {
            int[] shape = variable.Shape.ToArray();
            float[] values = variable.ToArray();
            int factor = architecture.ShuffleOf(description, variable.Name), channels = shape[^1], colours = channels / (factor * factor);
            int Channel(int foreign) => foreign % (factor * factor) * colours + foreign / (factor * factor);
            string name = wrapper + architecture.NameOf(description, variable.Name);
            if (shape is [var rows, var columns])
            {
                yield return new NamedArray(name, [columns, rows], [.. Enumerable.Range(0, values.Length).Select(i => values[i % rows * columns + i / rows])]);
                continue;
            }

            if (shape is not [var height, var width, var inputs, var outputs])
            {
                yield return new NamedArray(name, shape, [.. Enumerable.Range(0, values.Length).Select(i => values[Channel(i)])]);
                continue;
            }

            float[] saved = new float[values.Length];
            int at = 0;
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                    for (int y = 0; y < height; y++)
                        for (int x = 0; x < width; x++)
                            saved[at++] = values[((y * width + x) * inputs + i) * outputs + Channel(o)];
            yield return new NamedArray(name, [outputs, inputs, height, width], saved);
        }
    }
}
