using System.Text.Json;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Tests;

/// <summary>What comes out of <c>mezzo upscale</c>: sizes, samples, formats, metadata, and what it says of them.</summary>
public sealed class UpscaleTests : UpscaleScene
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 8)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(1, 16)]
    [InlineData(2, 16)]
    [InlineData(3, 16)]
    [InlineData(4, 16)]
    public void The_output_has_exactly_the_scale_and_the_kind_of_the_input(int channels, int bitDepth)
    {
        string input = Sample.Write(Folder, "in.png", 17, 11, channels, bitDepth), output = Folder["out.png"];
        Call call = Upscale(input, "-o", output);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(output, call.Output.Trim());
        Picture enlarged = Picture.Load(output), original = Picture.Load(input);
        Assert.Equal((34, 22, channels, bitDepth), (enlarged.Width, enlarged.Height, enlarged.Channels, enlarged.BitDepth));
        Assert.Equal(original.HasAlpha, enlarged.HasAlpha);
    }

    [Fact]
    public void What_the_command_writes_is_what_the_library_gives()
    {
        string input = Sample.Write(Folder, "in.png"), output = Folder["out.png"];
        Upscale(input, "-o", output);
        Picture expected = Upscaler.Load(Model).Upscale(Picture.Load(input), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToFloats(), Picture.Load(output).ToFloats());
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        string input = Sample.Write(Folder, "in.png", 40, 30);
        Upscale(input, "-o", Folder["one.png"], "--threads", "1");
        Upscale(input, "-o", Folder["two.png"], "--threads", "2");
        Assert.Equal(File.ReadAllBytes(Folder["one.png"]), File.ReadAllBytes(Folder["two.png"]));
    }

    [Fact]
    public void With_json_standard_output_is_one_document()
    {
        string input = Sample.Write(Folder, "ein \"Bild\" 图.png"), broken = Folder["broken.png"];
        File.WriteAllText(broken, "no picture");
        Call call = Upscale(input, broken, "-o", Folder["out"], "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        JsonElement image = Assert.Single(call.Json.GetProperty("images").EnumerateArray());
        Assert.Equal(input, image.GetProperty("input").GetString());
        Assert.Equal(Folder["out/ein \"Bild\" 图.png"], image.GetProperty("output").GetString());
        Assert.Equal((40, 26), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.True(image.GetProperty("seconds").GetDouble() >= 0);
        JsonElement failure = Assert.Single(call.Json.GetProperty("failed").EnumerateArray());
        Assert.Equal(broken, failure.GetProperty("input").GetString());
        Assert.Equal(call.Complaints.Single(), failure.GetProperty("error").GetString());
    }

    [Fact]
    public void One_broken_picture_does_not_keep_the_others_from_being_done()
    {
        Sample.Write(Folder, "in/a.png");
        byte[] whole = File.ReadAllBytes(Sample.Write(Folder, "in/b.png"));
        File.WriteAllBytes(Folder["in/b.png"], whole[..(whole.Length / 2)]);
        Sample.Write(Folder, "in/c.png");
        Call call = Upscale(Folder["in"], "-o", Folder["out"]);
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Collection(
            call.Complaints, first => Assert.Contains("b.png", first, StringComparison.Ordinal), last => Assert.Equal("2 done, 1 failed.", last));
        Assert.Equal(["a.png", "c.png"], Directory.EnumerateFileSystemEntries(Folder["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_person_who_watches_sees_bars_and_gets_the_same_results()
    {
        string[] inputs = [Sample.Write(Folder, "a.png"), Sample.Write(Folder, "[b].png")];
        Call call = Call.Of(interactive: true, CancellationToken.None, ["upscale", .. inputs, "--model", Model, "-o", Folder["out"]]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal([Folder["out/a.png"], Folder["out/[b].png"]], call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void An_interruption_leaves_nothing_behind()
    {
        string input = Sample.Write(Folder, "in.png");
        var cancelled = new CancellationToken(canceled: true);
        Call call = Call.Of(interactive: false, cancelled, "upscale", input, "--model", Model, "-o", Folder["out/"]);
        Assert.Equal(ExitCode.Interrupted, call.ExitCode);
        Assert.Equal(["in.png"], Folder.Content);
    }

    [Theory]
    [InlineData("--scale", "2", "in-x2.png", 40, 26)]
    [InlineData("--scale", "3.5", "in-x3.5.png", 70, 46)] // 45.5 rows
    [InlineData("--scale", "1.5", "in-x1.5.png", 30, 20)]
    [InlineData("--width", "50", "in-50w.png", 50, 33)] // 32.5 rows
    [InlineData("--height", "130", "in-130h.png", 200, 130)]
    public void Any_size_can_be_asked_for(string option, string value, string name, int width, int height)
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(Folder, "in.png"), option, value).ExitCode);
        Picture enlarged = Picture.Load(Folder[name]);
        Assert.Equal((width, height), (enlarged.Width, enlarged.Height));
    }

    [Fact]
    public void Both_sides_can_be_asked_for_and_a_side_beside_a_scale_cannot()
    {
        string input = Sample.Write(Folder, "in.png");
        Assert.Equal(ExitCode.Done, Upscale(input, "--width", "33", "--height", "44").ExitCode);
        Picture enlarged = Picture.Load(Folder["in-33x44.png"]);
        Assert.Equal((33, 44), (enlarged.Width, enlarged.Height));
        Upscale(input, "--width", "33", "--scale", "2").Refuses("both say how large");
        Upscale(input, "--scale", "-1").Refuses("--scale takes a number");
        Upscale(input, "--width", "0").Refuses("--width takes a whole number");
    }

    [Fact]
    public void Another_size_is_the_networks_picture_resampled()
    {
        string input = Sample.Write(Folder, "in.png");
        Upscale(input, "--width", "70", "-o", Folder["out.png"]);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Picture expected = Upscaler.Load(Model).Upscale(Picture.Load(input), cancellation: cancellation).Resize(70, 46);
        Assert.Equal(expected.ToFloats(), Picture.Load(Folder["out.png"]).ToFloats());
    }

    [Theory]
    [InlineData("jpg"), InlineData("webp"), InlineData("tif")]
    public void Outputs_can_be_of_another_format(string format)
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(Folder, "in.png"), "--format", format).ExitCode);
        Assert.Equal(PictureFormats.FromPath($"a.{format}"), Picture.ReadHeader(Folder[$"in-x2.{format}"]).Format);
    }

    [Fact]
    public void Quality_trades_size_for_likeness()
    {
        string input = Sample.Write(Folder, "in.png", 60, 40);
        Upscale(input, "-o", Folder["low.jpg"], "--quality", "10");
        Upscale(input, "-o", Folder["high.jpg"], "--quality", "99");
        Assert.True(new FileInfo(Folder["low.jpg"]).Length < new FileInfo(Folder["high.jpg"]).Length / 2);
        Upscale(input, "-o", Folder["no.jpg"], "--quality", "101").Refuses("--quality takes a whole number from 1 to 100");
    }

    [Theory]
    [InlineData("out.png", "--quality changes nothing in PNG")]
    [InlineData("out.tif", "--quality changes nothing in TIFF")]
    [InlineData("out.webp", null)]
    public void A_quality_that_changes_nothing_is_said_to_do_so(string output, string? part)
    {
        Call call = Upscale(Sample.Write(Folder, "in.png"), "-o", Folder[output], "--quality", "50");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        if (part is null) Assert.Empty(call.Complaints);
        else Assert.Contains(part, Assert.Single(call.Complaints), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 8, "tif"), InlineData(2, 16, "tif"), InlineData(5, 16, "tif"), InlineData(7, 8, "tif"), InlineData(1, 16, "png")]
    public void Bands_and_16_bits_come_out_as_they_went_in(int channels, int bitDepth, string format)
    {
        string input = Sample.Write(Folder, $"in.{format}", 17, 11, channels, bitDepth), output = Folder[$"out.{format}"];
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", output).ExitCode);
        Picture enlarged = Picture.Load(output);
        Assert.Equal((34, 22, channels, bitDepth), (enlarged.Width, enlarged.Height, enlarged.Channels, enlarged.BitDepth));
    }

    [Fact]
    public void Metadata_is_kept_unless_it_is_stripped_and_the_model_and_settings_are_added()
    {
        string input = Folder["in.png"];
        var metadata = new PictureMetadata { Text = new Dictionary<string, string> { ["Comment"] = "at home" } };
        Sample.Picture(20, 13).WithMetadata(metadata).Save(input);
        Upscale(input, "-o", Folder["kept.png"]);
        Upscale(input, "-o", Folder["stripped.png"], "--strip");
        IReadOnlyDictionary<string, string> kept = Picture.Load(Folder["kept.png"]).Text;
        Assert.Equal("at home", kept["Comment"]);
        Assert.Equal(Path.GetFileName(Model), kept["Mezzotint model"]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", kept["Mezzotint weights"]);
        Assert.Equal("scale 2", kept["Mezzotint settings"]);
        Assert.Empty(Picture.Load(Folder["stripped.png"]).Text);
    }

    [Theory]
    [InlineData("--tile", "8"), InlineData("--tile", "off"), InlineData("--tile", "auto"), InlineData("--memory", "0.5G")]
    public void How_much_is_computed_at_a_time_changes_no_bit(string option, string value)
    {
        string input = Sample.Write(Folder, "in.png", 41, 30);
        Upscale(input, "-o", Folder["plain.png"]);
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", Folder["other.png"], option, value).ExitCode);
        Assert.Equal(File.ReadAllBytes(Folder["plain.png"]), File.ReadAllBytes(Folder["other.png"]));
    }

    [Fact]
    public void A_self_ensemble_is_another_picture_and_says_so()
    {
        string input = Sample.Write(Folder, "in.png", 41, 30);
        Upscale(input, "-o", Folder["plain.png"]);
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", Folder["mean.png"], "--self-ensemble").ExitCode);
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", Folder["larger.png"], "--self-ensemble", "--scale", "1.5").ExitCode);
        Picture mean = Picture.Load(Folder["mean.png"]);
        Assert.Equal((82, 60), (mean.Width, mean.Height));
        Assert.NotEqual(Picture.Load(Folder["plain.png"]).ToFloats(), mean.ToFloats());
        Assert.Equal("scale 2, self-ensemble", mean.Text["Mezzotint settings"]);
        Assert.Equal("scale 2, self-ensemble, bicubic to 62 x 45", Picture.Load(Folder["larger.png"]).Text["Mezzotint settings"]);
    }

    [Fact]
    public void A_request_that_names_no_model_gets_one_that_enlarges_four_times()
    {
        string input = Sample.Write(Folder, "in.png", 12, 9);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "-o", Folder["out.png"]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "--scale", "4").ExitCode);
        Picture enlarged = Picture.Load(Folder["out.png"]);
        Assert.Equal((48, 36), (enlarged.Width, enlarged.Height));
        Assert.Equal(File.ReadAllBytes(Folder["out.png"]), File.ReadAllBytes(Folder["in-x4.png"]));
    }
}
