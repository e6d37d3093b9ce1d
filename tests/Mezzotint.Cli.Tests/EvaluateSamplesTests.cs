using System.Text.Json;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class EvaluateSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Features => SharedData.Path("weights/mnist-lenet5.pth");

    private static string Digits => SharedData.Path("mnist");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_digits_drawn_at_random_are_at_the_known_floor_from_the_first_test_digits()
    {
        string test = Path.Combine(Digits, "t10k-images-idx3-ubyte.gz"), train = Path.Combine(Digits, "train-images-idx3-ubyte.gz");
        Call call = Call.Of(
            "evaluate", "fid", test, "--data", train, "--features", Features, "--count", "5000", "--draw", "random", "--draw-seed", "3", "--no-cache", "--json");
        Assert.InRange(call.Json.GetProperty("fid").GetDouble(), 4.7, 5.4);
        Assert.Contains("drawn at random by seed 3", Terms(call, 0).GetProperty("real").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_is_judged_by_the_pictures_of_its_seeds_as_a_folder_of_them_is()
    {
        string model = WriteModel(), made = _folder["made"];
        string[] common = ["--data", Digits, "--features", Features, "--no-cache", "--json", "--count", "60"];
        Call ofModel = Call.Of(["evaluate", "samples", model, "--seed", "5", "--metrics", "fid,is,prdc", .. common]);
        Assert.Equal(ExitCode.Done, ofModel.ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "5-64", "-o", made).ExitCode);
        Call ofFolder = Call.Of(["evaluate", "samples", made, "--metrics", "fid,is,prdc", .. common]);
        JsonElement[] a = [.. ofModel.Json.GetProperty("scores").EnumerateArray()], b = [.. ofFolder.Json.GetProperty("scores").EnumerateArray()];
        Assert.Equal(["fid", "is", "precision", "recall", "density", "coverage"], a.Select(score => score.GetProperty("metric").GetString()));
        foreach ((JsonElement one, JsonElement other) in a.Zip(b))
        {
            double value = one.GetProperty("value").GetDouble();
            Assert.Equal(value, other.GetProperty("value").GetDouble(), 1e-9 * Math.Abs(value));
        }

        Assert.StartsWith("seeds 5-64, weights sha256:", ofModel.Json.GetProperty("seeds").GetString(), StringComparison.Ordinal);
        Assert.Equal("60", Terms(ofModel, 0).GetProperty("generated").GetString());
    }

    [Fact]
    public void What_cannot_be_judged_is_refused()
    {
        string[] rest = ["--data", Digits, "--features", Features, "--no-cache"];
        Call.Of(["evaluate", "samples", WriteModel(), "--count", "50", "--metrics", "psnr", .. rest]).Refuses("There is no score 'psnr'");
        Call.Of(["evaluate", "fid", Sample.WriteModel(_folder), "--count", "50", .. rest]).Refuses("generate pictures");
        Call.Of(["evaluate", "fid", WriteModel(), "--count", "20000", "--real-count", "20000", .. rest]).Refuses("there are 10,000");
        Call.Of(["evaluate", "fid", WriteModel(), "--draw", "worst", .. rest]).Refuses("--draw takes first or random");
        Call.Of(["evaluate", "fid", WriteModel(), "--draw-seed", "1", .. rest]).Refuses("goes with --draw random");
    }

    [Fact]
    public void Pairs_of_pictures_are_scored_by_name()
    {
        Sample.Picture(40, 36).Save(Made("a", "one.png"));
        Sample.Picture(40, 36).Save(Made("b", "one.png"));
        Sample.Picture(40, 36, seed: 1).Save(Made("a", "two.png"));
        Sample.Picture(40, 36, seed: 2).Save(Made("b", "two.png"));
        Call call = Call.Of(
            "evaluate", "pairs", _folder["a"], _folder["b"], "--metrics", "psnr,ssim,lpips", "--lpips", SharedData.Path("weights/lpips-v0.1-squeeze.pth"),
            "--backbone", SharedData.Path("weights/squeezenet_v1.1_caffe_imagenet.safetensors"), "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        JsonElement[] images = [.. call.Json.GetProperty("images").EnumerateArray()];
        Assert.Equal(0, images[0].GetProperty("scores").GetProperty("lpips").GetDouble());
        Assert.Equal(1, images[0].GetProperty("scores").GetProperty("ssim_y").GetDouble(), 1e-9);
        Assert.True(images[1].GetProperty("scores").GetProperty("lpips").GetDouble() > 0.01);
        Call.Of("evaluate", "pairs", _folder["a"], _folder["b"], "--metrics", "lpips").Refuses("LPIPS takes two files");
        Call.Of("evaluate", "pairs", _folder["a"], _folder["b"], "--metrics", "vmaf").Refuses("There is no score 'vmaf'");
    }

    private static JsonElement Terms(Call call, int score) => call.Json.GetProperty("scores")[score].GetProperty("terms");

    private string Made(string folder, string file)
    {
        Directory.CreateDirectory(_folder[folder]);
        return Path.Combine(_folder[folder], file);
    }

    private string WriteModel()
    {
        var description = new DcganDescription(28, 1, 8, [], 8, 16);
        ModelFile.Write(
            _folder["digits.safetensors"], description,
            description.Build(seed: 4).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return _folder["digits.safetensors"];
    }
}
