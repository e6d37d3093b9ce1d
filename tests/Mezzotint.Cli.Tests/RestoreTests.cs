using Mezzotint.Imaging;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public RestoreTests() => _model = Sample.WriteModel(_folder, scale: 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 16), InlineData(3, 8), InlineData(4, 8)]
    public void The_output_is_of_the_size_and_kind_of_the_input(int channels, int bitDepth)
    {
        string input = Sample.Write(_folder, "in.png", 17, 11, channels, bitDepth);
        Call call = Call.Of("restore", input, "--model", _model);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(_folder["in-restored.png"], call.Output.Trim());
        Picture restored = Picture.Load(_folder["in-restored.png"]);
        Assert.Equal((17, 11, channels, bitDepth), (restored.Width, restored.Height, restored.Channels, restored.BitDepth));
        Assert.Equal("scale 1", restored.Text["Mezzotint settings"]);
    }

    [Fact]
    public void A_model_is_for_one_verb_and_the_other_one_says_which()
    {
        string input = Sample.Write(_folder, "in.png"), enlarger = Sample.WriteModel(_folder);
        Call.Of("upscale", input, "--model", _model).Refuses("use it with 'mezzo restore'");
        Call.Of("upscale", input, "--model", _model, "--scale", "2").Refuses("use it with 'mezzo restore'");
        Call.Of("restore", input, "--model", enlarger).Refuses("use it with 'mezzo upscale'");
        if (!ModelLibrary.Names.Contains("denoise")) Call.Of("restore", input).Refuses("train one with 'mezzo train denoise'");
    }

    [Theory]
    [InlineData("denoise"), InlineData("jpeg-repair")]
    public void What_a_training_by_a_recipe_makes_restores(string recipe)
    {
        foreach (int seed in (int[])[1, 2, 3]) Sample.Write(_folder, $"photos/{seed}.png", 60, 60, seed: seed);
        string[] small = ["network.channels=8", "network.blocks=1", "data.crop=12", "data.batch=2"];
        Call training = Call.Of([
            "train", recipe, "--data", _folder["photos"], "--validation", _folder["photos"], "--steps", "3", "--run", _folder["run"], "--threads", "1",
            .. small.SelectMany(setting => (string[])["--set", setting])]);
        Assert.Equal(ExitCode.Done, training.ExitCode);
        Assert.Matches(@"spoiled and not restored, have a PSNR of [2-4]\d\.\d\d dB\.", training.Error);
        Assert.Equal(ExitCode.Done, Call.Of("restore", _folder["photos/1.png"], "--model", _folder["run"], "-o", _folder["out.png"]).ExitCode);
        Assert.Equal(60, Picture.ReadHeader(_folder["out.png"]).Width);
    }

    [Fact]
    public void A_training_at_scale_1_needs_something_to_restore() =>
        Call.Of("train", "denoise", "--data", _folder.Path, "--set", "data.degradation=bicubic").Refuses("leaves nothing to learn at scale 1");

    [Theory]
    [InlineData(1), InlineData(5)]
    public void A_training_with_channels_of_16_bits_makes_a_model_for_them(int channels)
    {
        foreach (int seed in (int[])[1, 2]) Sample.Write(_folder, $"scans/{seed}.tif", 40, 40, channels, 16, seed);
        File.WriteAllText(_folder["tiny.yaml"], Sample.Recipe);
        Call training = Call.Of(
            "train", _folder["tiny.yaml"], "--data", _folder["scans"], "--validation", _folder["scans"], "--set", $"data.channels={channels}",
            "--steps", "4", "--run", _folder["run"], "--threads", "1");
        Assert.Equal(ExitCode.Done, training.ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", _folder["scans/1.tif"], "--model", _folder["run"], "-o", _folder["out.tif"]).ExitCode);
        PictureHeader made = Picture.ReadHeader(_folder["out.tif"]);
        Assert.Equal((80, channels, 16), (made.Width, made.Channels, made.BitDepth));
        if (channels == 5)
            Call.Of("upscale", Sample.Write(_folder, "rgb.png"), "--model", _folder["run"]).Refuses("is for pictures of 5 channels, and this one has 3");
    }
}
