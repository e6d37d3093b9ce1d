using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
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
            Assert.Equal(description, ModelFile.Describe(_folder["w"]));
            Module read = ModelFile.Read(_folder["w"]);
            foreach ((Variable was, Variable now) in network.Variables.Zip(read.Variables))
            {
                Assert.Equal(was.Name, now.Name);
                Assert.Equal(was.ToArray(), now.ToArray());
            }
        }
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
        Assert.Contains("c.0.bias is [3] where [16] is taken", message);
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
            ("mnist-lenet5.pth", "LeNet-5"), ("vgg_normalised_conv3_1.pth", "the normalised VGG-19 up to relu3_1"),
            ("feature_invertor_conv3_1.pth", "the decoder of the normalised VGG-19 from relu3_1"),
        })
        {
            WeightsInspection inspection = WeightsInspection.Of(SharedData.Path($"weights/{file}"));
            Assert.Equal(("PyTorch", network, null), (inspection.Format, inspection.Architecture, inspection.Remark));
        }
    }

    private static NetworkDescription[] Variants(NetworkDescription typical) => typical switch
    {
        ImdnDescription => [new ImdnDescription(2, 16, 2), new ImdnDescription(3, 32, 1)],
        SrVggDescription => [new SrVggDescription(4, 8, 3), new SrVggDescription(2, 4, 2)],
        BoundedSrResNetDescription => [new BoundedSrResNetDescription(4, 8, 2), new BoundedSrResNetDescription(2, 4, 1)],
        _ => [new RrdbNetDescription(4, 8, 2, 4), new RrdbNetDescription(2, 8, 1, 4), .. RealEsrgan(typical)],
    };

    private static NetworkDescription[] RealEsrgan(NetworkDescription typical) => [((RrdbNetDescription)typical) with { Scale = 2, Channels = 8, Blocks = 1, Unshuffle = 2 }];

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
