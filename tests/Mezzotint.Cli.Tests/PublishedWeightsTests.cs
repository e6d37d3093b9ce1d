using Mezzotint.Imaging;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class PublishedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IMDN_has_its_published_figure_on_Set5()
    {
        string hr = SharedData.Path("super-resolution/set5/hr"), lr = SharedData.Path("super-resolution/set5/lr-x4");
        Call call = Call.Of("evaluate", "upscale", "--hr", hr, "--lr", lr, "--scale", "4", "--model", SharedData.Path("weights/imdn-x4.pth"), "--json");
        Assert.Equal(32.21, call.Json.GetProperty("mean").GetProperty("psnr_y").GetDouble(), 0.02);
        Assert.Equal(0.8948, call.Json.GetProperty("mean").GetProperty("ssim_y").GetDouble(), 0.001);
    }

    [Fact]
    public void Inspect_tells_what_is_in_a_file_and_which_network_it_is()
    {
        Call call = Call.Of("inspect", SharedData.Path("weights/imdn-x4.pth"), "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(715_176, call.Json.GetProperty("numbers").GetInt64());
        Assert.Equal("imdn", call.Json.GetProperty("network").GetProperty("kind").GetString());
        Assert.Equal("module.fea_conv.weight", call.Json.GetProperty("arrays")[0].GetProperty("name").GetString());

        string model = Sample.WriteModel(_folder);
        Call people = Call.Of("inspect", model);
        Assert.Contains("a model of Mezzotint", people.Output, StringComparison.Ordinal);
        Call.Of("inspect", _folder["none.pth"]).Refuses($"There is no weights file '{_folder["none.pth"]}'.");
    }

    [Fact]
    public void Inspect_lists_the_parts_that_may_be_meant_and_counts_the_rest()
    {
        (string, Action<Pickle>)[] moments = [.. Enumerable.Range(0, 30).Select(i => ($"m{i}", (Action<Pickle>)Weights))];
        byte[] pickle = Pickle.Of(p => p.Dictionary(("optimizer", v => v.Dictionary(moments)), ("netD", Weights), ("netG", Weights), ("step", v => v.Int(7))));
        string path = _folder.Write("checkpoint.pth", PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2, 3))));
        Call people = Call.Of("inspect", path);
        Assert.Contains("1 arrays in 'netG'", people.Output, StringComparison.Ordinal);
        Assert.Contains("Also there: 'netD'", people.Output, StringComparison.Ordinal);
        Assert.Contains("And 11 other parts", people.Output, StringComparison.Ordinal);
        Assert.Equal(32, Call.Of("inspect", path, "--json").Json.GetProperty("parts").GetArrayLength());

        static void Weights(Pickle p) => p.Dictionary(("w", t => t.Tensor("0", 3, [3])));
    }

    [Fact]
    public void One_of_several_networks_in_a_file_is_written_to_a_file_of_its_own()
    {
        (string Name, int[] Shape)[] layers =
            [("0.weight", [4, 3]), ("0.bias", [4]), ("2.weight", [4, 4]), ("2.bias", [4]), ("4.weight", [64, 4]), ("4.bias", [64])];
        IEnumerable<NamedArray> Generator(string name, float bias) =>
            layers.Select(layer => new NamedArray($"module.{name}.{layer.Name}", layer.Shape, [.. Enumerable.Repeat(bias, layer.Shape.Aggregate((a, b) => a * b))]));
        string path = _folder["both.safetensors"];
        Safetensors.Write(path, [.. Generator("netG_A", 0), .. Generator("netG_B", 0.5f)], new Dictionary<string, string>());

        Assert.Contains("Likely several networks", Call.Of("inspect", path).Output, StringComparison.Ordinal);
        Call.Of("generate", path, "--seeds", "1", "-o", _folder["x.png"]).Refuses("--part netG_A");
        Call.Of("export", path, "--part", "netG_C", "-o", _folder["c.safetensors"]).Refuses("has no part 'netG_C'");
        Assert.Contains("6 arrays in 'netG_B'", Call.Of("inspect", path, "--part", "netG_B").Output, StringComparison.Ordinal);
        foreach ((string part, string file) in new[] { ("netG_A", "a.safetensors"), ("netG_B", "b.safetensors"), ("netG_B", "b.onnx"), ("netG_B", "b.pth") })
            Assert.Equal(ExitCode.Done, Call.Of("export", path, "--part", part, "-o", _folder[file], "--force").ExitCode);
        foreach (string file in new[] { "a.safetensors", "b.safetensors", "b.pth" })
            Assert.Equal(ExitCode.Done, Call.Of("generate", _folder[file], "--seeds", "1", "-o", _folder[file + ".png"]).ExitCode);
        Assert.Equal(127.5f / 255, Picture.Load(_folder["a.safetensors.png"]).ToFloats()[0], 0.01f);
        Assert.True(Picture.Load(_folder["b.safetensors.png"]).ToFloats()[0] > 0.6f);
        Assert.Equal(Picture.Load(_folder["b.safetensors.png"]).ToFloats(), Picture.Load(_folder["b.pth.png"]).ToFloats());
    }

    [Fact]
    public void Inspect_takes_models_as_other_verbs_do()
    {
        Directory.CreateDirectory(_folder["run"]);
        File.Move(Sample.WriteModel(_folder), _folder["run/model.safetensors"]);
        foreach (string model in new[] { "bicubic-x2", _folder["run"] })
            Assert.Contains("a model of Mezzotint", Call.Of("inspect", model).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_no_weights_is_called_what_it_is()
    {
        File.WriteAllBytes(_folder["empty.pth"], []);
        Call.Of("inspect", _folder["empty.pth"]).Refuses("it is empty");
        Call.Of("inspect", Sample.Write(_folder, "picture.png")).Refuses("it is a picture and holds no weights");
        Call.Of("inspect", Sample.Write(_folder, "picture.jpg", 64, 48)).Refuses("it is a picture and holds no weights");
        Call.Of("inspect", _folder.Write("plain.pkl", [0x80, 4, 0x95, 2, 0, 0, 0, 0, 0, 0, 0, (byte)'}', (byte)'.'])).Refuses("it is a pickle that torch.save did not write");
        Call.Of("inspect", _folder.Path).Refuses("is a folder; name a file of weights in it");
    }

    [Fact]
    public void Pictures_are_painted_in_a_style()
    {
        string encoder = SharedData.Path("weights/vgg_normalised_conv3_1.pth"), decoder = SharedData.Path("weights/feature_invertor_conv3_1.pth");
        Made(21, 14, 1).Save(_folder["photo.png"]);
        Made(16, 16, 2).Save(_folder["style.png"]);
        string[] arguments = ["stylize", _folder["photo.png"], "--style", _folder["style.png"], "--encoder", encoder, "--decoder", decoder];
        Call call = Call.Of([.. arguments, "--strength", "0.5", "--preserve-colour"]);
        Assert.Equal(_folder["photo-stylized.png"], call.Output.Trim());
        Picture painted = Picture.Load(_folder["photo-stylized.png"]);
        Assert.Equal((21, 14), (painted.Width, painted.Height));
        Assert.Contains("exists already", Call.Of(arguments).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, Call.Of([.. arguments, "--force", "--strength", "2"]).ExitCode);
    }

    [Fact]
    public void Training_digits_are_as_far_from_the_test_digits_as_PyTorch_and_NumPy_have_it()
    {
        string features = SharedData.Path("weights/mnist-lenet5.pth"), data = SharedData.Path("mnist");
        string train = Path.Combine(data, "train-images-idx3-ubyte.gz");
        Call call = Call.Of("evaluate", "fid", train, "--data", data, "--features", features, "--count", "5000", "--json", "--no-cache");
        Assert.Equal(7.23372, call.Json.GetProperty("fid").GetDouble(), 0.007);
        string protocol = call.Json.GetProperty("scores")[0].GetProperty("protocol").GetString()!;
        Assert.Contains("LeNet5 f6, sha256:", protocol, StringComparison.Ordinal);
        Assert.Contains("bilinear to 32x32", protocol, StringComparison.Ordinal);
        Call.Of("evaluate", "fid", train, "--data", data, "--features", features, "--layer", "f9", "--count", "10").Refuses("has no features 'f9'");
    }

    private static Picture Made(int width, int height, int seed)
    {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).NextBytes(samples);
        return Picture.FromSamples(samples, width, height, 3);
    }
}
