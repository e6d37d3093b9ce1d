using System.Text.Json;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bicubic_interpolation_scores_what_the_field_says_on_Set5()
    {
        Call call = Evaluate(SharedData.Path("super-resolution/set5/hr"), "4", "--model", "bicubic", "--json");
        Assert.Equal(28.43, call.Json.GetProperty("mean").GetProperty("psnr_y").GetDouble(), 0.005);
    }

    [Theory]
    [InlineData("bicubic")]
    [InlineData("bilinear")]
    [InlineData("nearest")]
    public void The_document_holds_scores_and_protocol(string model)
    {
        WriteTruths();
        Call call = Evaluate(_folder["hr"], "2", "--model", model, "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        JsonElement document = call.Json, mean = document.GetProperty("mean");
        Assert.Equal(model, document.GetProperty("model").GetString());
        Assert.StartsWith("x2;", document.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        JsonElement[] images = [.. document.GetProperty("images").EnumerateArray()];
        Assert.Equal(["a.png", "b.png"], images.Select(image => image.GetProperty("name").GetString()));
        foreach (string figure in new[] { "psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb" })
            Assert.Equal(images.Average(image => image.GetProperty(figure).GetDouble()), mean.GetProperty(figure).GetDouble(), 1e-9);
    }

    [Fact]
    public void A_model_and_small_pictures_may_be_given()
    {
        WriteTruths();
        foreach (string name in new[] { "a", "b" })
        {
            Picture truth = Picture.Load(_folder[$"hr/{name}.png"]);
            int width = truth.Width / 2, height = truth.Height / 2;
            Directory.CreateDirectory(_folder["lr"]);
            truth.Crop(0, 0, 2 * width, 2 * height).Resize(width, height).Save(_folder[$"lr/{name}x2.png"]);
        }

        string model = Sample.WriteModel(_folder);
        Call made = Evaluate(_folder["hr"], "2", "--model", model, "--json");
        Call given = Evaluate(_folder["hr"], "2", "--model", model, "--json", "--lr", _folder["lr"]);
        Assert.Equal(ExitCode.Done, given.ExitCode);
        Assert.Equal(made.Output, given.Output);
    }

    [Fact]
    public void A_self_ensemble_is_scored_under_a_name_of_its_own()
    {
        WriteTruths();
        string model = Sample.WriteModel(_folder);
        JsonElement plain = Evaluate(_folder["hr"], "2", "--model", model, "--json").Json;
        JsonElement mean = Evaluate(_folder["hr"], "2", "--model", model, "--self-ensemble", "--json").Json;
        Assert.Equal($"{plain.GetProperty("model").GetString()}, self-ensemble", mean.GetProperty("model").GetString());
        Assert.NotEqual(plain.GetProperty("mean").GetRawText(), mean.GetProperty("mean").GetRawText());
        Evaluate(_folder["hr"], "2", "--model", "bicubic", "--self-ensemble").Refuses("bicubic interpolates the same in every orientation");
    }

    [Fact]
    public void People_get_a_table_with_the_protocol()
    {
        WriteTruths();
        Call call = Evaluate(_folder["hr"], "2", "--model", "nearest");
        Assert.Contains("a.png", call.Output, StringComparison.Ordinal);
        Assert.Contains("mean of 2", call.Output, StringComparison.Ordinal);
        Assert.Contains("border 2 removed", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_pictures_can_be_made_as_photographs_suffer()
    {
        WriteTruths();
        Call plain = Evaluate(_folder["hr"], "2", "--model", "bicubic", "--json");
        Call spoiled = Evaluate(_folder["hr"], "2", "--model", "bicubic", "--photograph", "--json");
        Assert.Equal(ExitCode.Done, spoiled.ExitCode);
        Assert.NotEqual(plain.Output, spoiled.Output);
        Assert.Equal(spoiled.Output, Evaluate(_folder["hr"], "2", "--model", "bicubic", "--photograph", "--json").Output);
        Assert.Contains("degradations, seed 0", spoiled.Json.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        Evaluate(_folder["hr"], "2", "--model", "bicubic", "--photograph", "--lr", _folder["hr"]).Refuses("give one of the two");
    }

    [Fact]
    public void LPIPS_of_enlarged_pictures_is_that_of_the_pictures_as_pairs()
    {
        string heads = SharedData.Path("weights/lpips-v0.1-squeeze.pth"), backbone = SharedData.Path("weights/squeezenet_v1.1_caffe_imagenet.safetensors");
        WriteTruths();
        Call call = Evaluate(_folder["hr"], "2", "--model", "nearest", "--lpips", heads, "--backbone", backbone, "--json");
        Assert.Contains("LPIPS 0.1", call.Json.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["made"]);
        Directory.CreateDirectory(_folder["true"]);
        foreach (string path in Directory.GetFiles(_folder["hr"], "*.png"))
        {
            Picture truth = Picture.Load(path);
            int width = truth.Width / 2, height = truth.Height / 2;
            truth = truth.Crop(0, 0, 2 * width, 2 * height);
            truth.Save(_folder[$"true/{Path.GetFileName(path)}"]);
            truth.Resize(width, height).Resize(2 * width, 2 * height, ResizeKernel.Nearest).Save(_folder[$"made/{Path.GetFileName(path)}"]);
        }

        Call pairs = Call.Of("evaluate", "pairs", _folder["made"], _folder["true"], "--metrics", "lpips", "--lpips", heads, "--backbone", backbone, "--json");
        Assert.Equal(
            pairs.Json.GetProperty("scores")[0].GetProperty("mean").GetDouble(), call.Json.GetProperty("mean").GetProperty("lpips").GetDouble(), 1e-6);
        Evaluate(_folder["hr"], "2", "--model", "nearest", "--lpips", heads).Refuses("two files of weights");
    }

    [Fact]
    public void Requests_that_cannot_be_met_are_refused()
    {
        WriteTruths();
        string model = Sample.WriteModel(_folder);
        Evaluate(_folder["gone"], "2", "--model", "bicubic").Refuses("There is no folder");
        Evaluate(_folder["hr"], "4", "--model", model).Refuses("enlarges 2 times, and --scale asks for 4");
        Evaluate(_folder["hr"], "2", "--model", "nonesuch").Refuses("There is no model 'nonesuch'");
        Evaluate(_folder["hr"], "2", "--model", "bicubic", "--lr", _folder["hr"], "--json").Refuses("");
    }

    private static Call Evaluate(string truths, string scale, params string[] more)
    {
        Call call = Call.Of(["evaluate", "upscale", "--hr", truths, "--scale", scale, .. more]);
        IEnumerable<string> complaints = call.Error.Split('\n').Where(line => !line.StartsWith("Scoring ", StringComparison.Ordinal));
        return call with { Error = string.Join('\n', complaints) };
    }

    private void WriteTruths()
    {
        Sample.Write(_folder, "hr/a.png", 40, 32);
        Sample.Write(_folder, "hr/b.png", 33, 35, seed: 1);
    }
}
