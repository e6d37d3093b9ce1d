using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Storage;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Weights;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Tests.Onnx;

/// <summary>What stands in the file, and what is refused.</summary>
public sealed class ExportFileTests : IDisposable
{
    private static readonly CompactResNetDescription Description = new(3, 8, 2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_says_what_it_is()
    {
        var properties = new Dictionary<string, string> { ["network"] = Description.ToJson() };
        var metadata = new OnnxMetadata("small") { Licence = "MIT", Properties = properties };
        OnnxSummary summary = OnnxExport.Write(Description.Build(), _folder["m.onnx"], metadata);
        var file = OnnxFile.Read(_folder["m.onnx"]);
        Assert.Equal(new OnnxSummary(17, DynamicAxes.All, 1, null), summary);
        Assert.Equal((8, 17, "Mezzotint", "0.1.0"), (file.IrVersion, file.Opset, file.Producer, file.ProducerVersion));
        Assert.Equal("small", file.GraphName);
        Assert.Contains("N,C,H,W", file.Description, StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["dynamic_axes"] = "all",
                ["licence"] = "MIT",
                ["name"] = "small",
                ["network"] = Description.ToJson(),
                ["scale"] = "3",
                ["size_multiple"] = "1",
            },
            file.Properties);
        Assert.Equal(("input", "output"), (file.Input.Name, file.Output.Name));
        Assert.Equal(["batch", "3", "height", "width"], file.Input.Extents);
        Assert.Equal(["batch", "3", "3*height", "3*width"], file.Output.Extents);
    }

    [Fact]
    public void A_graph_is_in_order_and_holds_nothing_unused()
    {
        OnnxExport.Write(Description.Build(), _folder["m.onnx"], new OnnxMetadata("small"));
        var file = OnnxFile.Read(_folder["m.onnx"]);
        var known = new HashSet<string> { "", file.Input.Name };
        foreach (FileTensor tensor in file.Initializers)
        {
            Assert.True(known.Add(tensor.Name), $"{tensor.Name} is there twice");
            Assert.Equal(tensor.Bytes, tensor.Extents.Aggregate(tensor.Type == 7 ? 8L : 4L, (bytes, extent) => bytes * extent));
        }

        foreach (FileNode node in file.Nodes)
        {
            Assert.All(node.Inputs, input => Assert.Contains(input, known));
            Assert.True(known.Add(node.Outputs.Single()), $"{node.Outputs.Single()} is there twice");
        }

        var used = file.Nodes.SelectMany(node => node.Inputs).Append(file.Output.Name).ToHashSet();
        Assert.All(known.Where(name => name.Length > 0), name => Assert.Contains(name, used));
    }

    [Fact]
    public void Weights_keep_their_names_and_biases_go_into_their_convolutions()
    {
        OnnxExport.Write(Description.Build(), _folder["m.onnx"], new OnnxMetadata("small"));
        var file = OnnxFile.Read(_folder["m.onnx"]);
        FileTensor weight = file.Initializers.Single(tensor => tensor.Name == "body.0.conv1.weight");
        Assert.Equal([8, 8, 3, 3], weight.Extents);
        FileNode convolution = file.Nodes.Single(node => node.Inputs.Contains(weight.Name));
        Assert.Equal("Conv", convolution.Type);
        Assert.Equal("body.0.conv1.bias", convolution.Inputs[2]);
        Assert.Equal(1, file.Nodes.Count(node => node.Type == "DepthToSpace"));
    }

    [Fact]
    public void A_rectifier_with_slopes_is_one_operator()
    {
        OnnxExport.Write(new SrResNet(2, new Initialization(1), 8, 2), _folder["m.onnx"], new OnnxMetadata("published"));
        var file = OnnxFile.Read(_folder["m.onnx"]);
        Assert.Equal(4, file.Nodes.Count(node => node.Type == "PRelu"));
        Assert.DoesNotContain(file.Nodes, node => node.Type is "Max" or "Min");
    }

    [Fact]
    public void A_models_file_is_converted_with_what_it_says()
    {
        SuperResolver network = Description.Build();
        ModelFile.Write(
            _folder["m.safetensors"], Description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string> { ["steps"] = "7" });
        File.WriteAllText(_folder["README.md"], "---\nlicense: other\nlicense_name: for-looking-at\n---\n\n# m\n");
        OnnxExport.Convert(_folder["m.safetensors"], _folder["m.onnx"], "small");
        var file = OnnxFile.Read(_folder["m.onnx"]);
        Assert.Equal(("7", "for-looking-at"), (file.Properties["steps"], file.Properties["licence"]));
    }

    [Fact]
    public void A_network_that_halves_is_open_in_multiples()
    {
        static Tensor Ladder(Tensor x)
        {
            Tensor half = x.MaxPool(2, ConvolutionWindow.Square(2)), quarter = half.MaxPool(2, ConvolutionWindow.Square(2));
            Tensor up = quarter.Resize(quarter.Shape[1] * 2, quarter.Shape[2] * 2, Interpolation.Nearest) + half;
            return up.Resize(up.Shape[1] * 2, up.Shape[2] * 2, Interpolation.Nearest) + x;
        }

        OnnxSummary summary = OnnxExport.Write(Ladder, [1, 16, 16, 2], _folder["m.onnx"], new OnnxMetadata("ladder"));
        Assert.Equal(new OnnxSummary(17, DynamicAxes.All, 4, null), summary);
        Assert.Equal("4", OnnxFile.Read(_folder["m.onnx"]).Properties["size_multiple"]);
    }

    [Fact]
    public void Leaky_rectifiers_and_instance_norms_are_operators()
    {
        static Tensor Layer(Tensor x)
        {
            (Tensor mean, Tensor variance) = x.Moments(1, 2);
            x = (x - mean) * (variance + 1e-5f).Sqrt().Reciprocal();
            return Tensor.Max(0.2f * x, x);
        }

        OnnxExport.Write(Layer, [1, 8, 8, 3], _folder["m.onnx"], new OnnxMetadata("layer"));
        Assert.Equal(["InstanceNormalization", "LeakyRelu"], OnnxFile.Read(_folder["m.onnx"]).Nodes.Select(node => node.Type));
    }

    [Fact]
    public void A_size_that_a_network_only_seems_to_take_is_fixed()
    {
        // Three halvings make one pixel of any side from 8 to 15, and nothing else can be flattened to one number.
        static Tensor Critic(Tensor x)
        {
            for (int i = 0; i < 3; i++) x = x.MaxPool(2, ConvolutionWindow.Square(2));
            return x.Sum(3).Reshape([x.Shape[0], 1]);
        }

        OnnxSummary summary = OnnxExport.Write(Critic, [1, 8, 8, 3], _folder["m.onnx"], new OnnxMetadata("critic"));
        Assert.Equal(DynamicAxes.Batch, summary.Dynamic);
        Assert.Contains("The example's height and width alone will do", summary.FixedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Axes_that_are_not_asked_for_are_fixed()
    {
        OnnxSummary summary = OnnxExport.Write(x => x * 2, [1, 5, 6, 3], _folder["m.onnx"], new OnnxMetadata("double"), DynamicAxes.Batch);
        Assert.Equal(new OnnxSummary(17, DynamicAxes.Batch, 1, null), summary);
        Assert.Equal(["batch", "3", "5", "6"], OnnxFile.Read(_folder["m.onnx"]).Input.Extents);
    }

    [Fact]
    public void What_has_no_translation_is_refused_by_name_and_nothing_is_written()
    {
        static Tensor Noisy(Tensor x)
        {
            using var scope = Scope.Enter("noise");
            return x + new RandomStream(Tensor.Of([3], RandomStream.Key(1, 2))).Normal(x.Shape);
        }

        var metadata = new OnnxMetadata("noisy");
        var fault = Assert.Throws<OnnxExportException>(() => OnnxExport.Write(Noisy, [1, 4, 4, 3], _folder["m.onnx"], metadata));
        Assert.Equal("The network 'noisy' cannot be written as ONNX: 'random' in 'noise' has no translation.", fault.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.Throws<StorageException>(() => OnnxExport.Write(Description.Build(), _folder["none/m.onnx"], new OnnxMetadata("small")));
}
