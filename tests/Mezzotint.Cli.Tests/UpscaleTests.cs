using System.Text.Json;
using Mezzotint.Imaging;
using Mezzotint.Storage;

namespace Mezzotint.Cli.Tests;

public sealed class UpscaleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _models = new();
    private readonly string _model;

    public UpscaleTests() => _model = Sample.WriteModel(_models);

    public void Dispose()
    {
        _folder.Dispose();
        _models.Dispose();
    }

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
        string input = Sample.Write(_folder, "in.png", 17, 11, channels, bitDepth), output = _folder["out.png"];
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
        string input = Sample.Write(_folder, "in.png"), output = _folder["out.png"];
        Upscale(input, "-o", output);
        Picture expected = Upscaler.Load(_model).Upscale(Picture.Load(input), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToFloats(), Picture.Load(output).ToFloats());
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        string input = Sample.Write(_folder, "in.png", 40, 30);
        Upscale(input, "-o", _folder["one.png"], "--threads", "1");
        Upscale(input, "-o", _folder["two.png"], "--threads", "2");
        Assert.Equal(File.ReadAllBytes(_folder["one.png"]), File.ReadAllBytes(_folder["two.png"]));
    }

    [Fact]
    public void Without_an_output_a_file_comes_to_lie_beside_its_input()
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(_folder, "photo.jpg")).ExitCode);
        Assert.Equal(["photo-x2.png", "photo.jpg"], _folder.Content);
    }

    [Fact]
    public void Without_an_output_a_folder_comes_to_lie_beside_its_input()
    {
        Sample.Write(_folder, "photos/a.jpg");
        Sample.Write(_folder, "photos/deeper/b.png");
        File.WriteAllText(_folder["photos/notes.txt"], "not a picture");
        Assert.Equal(ExitCode.Done, Upscale(_folder["photos"]).ExitCode);
        Assert.Equal(
            ["photos", "photos-x2", "photos-x2/a.png", "photos-x2/deeper", "photos-x2/deeper/b.png",
                "photos/a.jpg", "photos/deeper", "photos/deeper/b.png", "photos/notes.txt"],
            _folder.Content.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Several_inputs_go_to_a_folder_that_is_made()
    {
        Call call = Upscale(Sample.Write(_folder, "a.png"), Sample.Write(_folder, "b.webp"), "-o", _folder["new/out"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(["a.png", "b.webp", "new", "new/out", "new/out/a.png", "new/out/b.png"], _folder.Content);
    }

    [Fact]
    public void Outputs_inside_the_input_folder_are_not_enlarged_again()
    {
        Sample.Write(_folder, "a.png");
        Assert.Equal(ExitCode.Done, Upscale(_folder.Path, "-o", _folder["out"]).ExitCode);
        Assert.Equal(ExitCode.Done, Upscale(_folder.Path, "-o", _folder["out"], "--force").ExitCode);
        Assert.Equal(["a.png", "out", "out/a.png"], _folder.Content);
    }

    [Fact]
    public void Outputs_beside_their_inputs_are_not_enlarged_again()
    {
        Sample.Write(_folder, "a.png");
        Sample.Write(_folder, "deeper/b.png");
        Sample.Write(_folder, "deeper/b.jpg");
        Assert.Equal(ExitCode.Done, Upscale(_folder.Path, "-o", _folder.Path).ExitCode);
        string[] content = [.. _folder.Content.Order(StringComparer.Ordinal)];
        Assert.Equal(["a-x2.png", "a.png", "deeper", "deeper/b-x2.jpg.png", "deeper/b-x2.png.png", "deeper/b.jpg", "deeper/b.png"], content);
        Assert.Equal(ExitCode.Done, Upscale(_folder.Path, "-o", _folder.Path, "--skip-existing").ExitCode);
        Assert.Equal(ExitCode.Done, Upscale(_folder.Path, "-o", _folder.Path, "--force").ExitCode);
        Assert.Equal(content, _folder.Content.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_existing_output_is_replaced_only_by_force()
    {
        string input = Sample.Write(_folder, "in.png"), output = _folder["out.png"];
        File.WriteAllText(output, "precious");
        Upscale(input, "-o", output).Refuses("exists already; add --force");
        Assert.Equal("precious", File.ReadAllText(output));
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", output, "--force").ExitCode);
        Assert.Equal(40, Picture.Load(output).Width);
        Assert.Equal(["in.png", "out.png"], _folder.Content);
    }

    [Fact]
    public void With_json_standard_output_is_one_document()
    {
        string input = Sample.Write(_folder, "ein \"Bild\" 图.png"), broken = _folder["broken.png"];
        File.WriteAllText(broken, "no picture");
        Call call = Upscale(input, broken, "-o", _folder["out"], "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        JsonElement image = Assert.Single(call.Json.GetProperty("images").EnumerateArray());
        Assert.Equal(input, image.GetProperty("input").GetString());
        Assert.Equal(_folder["out/ein \"Bild\" 图.png"], image.GetProperty("output").GetString());
        Assert.Equal((40, 26), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.True(image.GetProperty("seconds").GetDouble() >= 0);
        JsonElement failure = Assert.Single(call.Json.GetProperty("failed").EnumerateArray());
        Assert.Equal(broken, failure.GetProperty("input").GetString());
        Assert.Equal(call.Complaints.Single(), failure.GetProperty("error").GetString());
    }

    [Fact]
    public void One_broken_picture_does_not_keep_the_others_from_being_done()
    {
        Sample.Write(_folder, "in/a.png");
        byte[] whole = File.ReadAllBytes(Sample.Write(_folder, "in/b.png"));
        File.WriteAllBytes(_folder["in/b.png"], whole[..(whole.Length / 2)]);
        Sample.Write(_folder, "in/c.png");
        Call call = Upscale(_folder["in"], "-o", _folder["out"]);
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Collection(
            call.Complaints, first => Assert.Contains("b.png", first, StringComparison.Ordinal), last => Assert.Equal("2 done, 1 failed.", last));
        Assert.Equal(["a.png", "c.png"], Directory.EnumerateFileSystemEntries(_folder["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_person_who_watches_sees_bars_and_gets_the_same_results()
    {
        string[] inputs = [Sample.Write(_folder, "a.png"), Sample.Write(_folder, "[b].png")];
        Call call = Call.Of(interactive: true, CancellationToken.None, ["upscale", .. inputs, "--model", _model, "-o", _folder["out"]]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal([_folder["out/a.png"], _folder["out/[b].png"]], call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void An_interruption_leaves_nothing_behind()
    {
        string input = Sample.Write(_folder, "in.png");
        var cancelled = new CancellationToken(canceled: true);
        Call call = Call.Of(interactive: false, cancelled, "upscale", input, "--model", _model, "-o", _folder["out/"]);
        Assert.Equal(ExitCode.Interrupted, call.ExitCode);
        Assert.Equal(["in.png"], _folder.Content);
    }

    [Theory]
    [InlineData("--scale", "2", "in-x2.png", 40, 26)]
    [InlineData("--scale", "3.5", "in-x3.5.png", 70, 46)] // 45.5 rows
    [InlineData("--scale", "1.5", "in-x1.5.png", 30, 20)]
    [InlineData("--width", "50", "in-50w.png", 50, 33)] // 32.5 rows
    [InlineData("--height", "130", "in-130h.png", 200, 130)]
    public void Any_size_can_be_asked_for(string option, string value, string name, int width, int height)
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(_folder, "in.png"), option, value).ExitCode);
        Picture enlarged = Picture.Load(_folder[name]);
        Assert.Equal((width, height), (enlarged.Width, enlarged.Height));
    }

    [Fact]
    public void Both_sides_can_be_asked_for_and_a_side_beside_a_scale_cannot()
    {
        string input = Sample.Write(_folder, "in.png");
        Assert.Equal(ExitCode.Done, Upscale(input, "--width", "33", "--height", "44").ExitCode);
        Picture enlarged = Picture.Load(_folder["in-33x44.png"]);
        Assert.Equal((33, 44), (enlarged.Width, enlarged.Height));
        Upscale(input, "--width", "33", "--scale", "2").Refuses("both say how large");
        Upscale(input, "--scale", "-1").Refuses("--scale takes a number");
        Upscale(input, "--width", "0").Refuses("--width takes a whole number");
    }

    [Fact]
    public void Another_size_is_the_networks_picture_resampled()
    {
        string input = Sample.Write(_folder, "in.png");
        Upscale(input, "--width", "70", "-o", _folder["out.png"]);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Picture expected = Upscaler.Load(_model).Upscale(Picture.Load(input), cancellation: cancellation).Resize(70, 46);
        Assert.Equal(expected.ToFloats(), Picture.Load(_folder["out.png"]).ToFloats());
    }

    [Theory]
    [InlineData("jpg"), InlineData("webp"), InlineData("tif")]
    public void Outputs_can_be_of_another_format(string format)
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(_folder, "in.png"), "--format", format).ExitCode);
        Assert.Equal(PictureFormats.FromPath($"a.{format}"), Picture.ReadHeader(_folder[$"in-x2.{format}"]).Format);
    }

    [Fact]
    public void An_unknown_format_and_one_that_contradicts_the_output_are_refused()
    {
        string input = Sample.Write(_folder, "in.png");
        Upscale(input, "--format", "gif").Refuses("--format takes png, jpg");
        Upscale(input, "--format", "jpg", "-o", _folder["out.png"]).Refuses("another format than --format asks for");
    }

    [Fact]
    public void Quality_trades_size_for_likeness()
    {
        string input = Sample.Write(_folder, "in.png", 60, 40);
        Upscale(input, "-o", _folder["low.jpg"], "--quality", "10");
        Upscale(input, "-o", _folder["high.jpg"], "--quality", "99");
        Assert.True(new FileInfo(_folder["low.jpg"]).Length < new FileInfo(_folder["high.jpg"]).Length / 2);
        Upscale(input, "-o", _folder["no.jpg"], "--quality", "101").Refuses("--quality takes a whole number from 1 to 100");
    }

    [Theory]
    [InlineData("out.png", "--quality changes nothing in PNG")]
    [InlineData("out.tif", "--quality changes nothing in TIFF")]
    [InlineData("out.webp", null)]
    public void A_quality_that_changes_nothing_is_said_to_do_so(string output, string? part)
    {
        Call call = Upscale(Sample.Write(_folder, "in.png"), "-o", _folder[output], "--quality", "50");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        if (part is null) Assert.Empty(call.Complaints);
        else Assert.Contains(part, Assert.Single(call.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void The_frames_of_a_video_keep_their_names_and_are_taken_in_order()
    {
        foreach (int frame in (int[])[10, 9, 1, 100]) Sample.Write(_folder, $"frames/f{frame}.jpg");
        Call call = Upscale(_folder["frames"], "-o", _folder["out"]);
        string[] names = ["f1.png", "f9.png", "f10.png", "f100.png"];
        Assert.Equal(names, call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName));
        string[] lines = call.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"f1\.jpg \(1 of 4\)$", lines[0]);
        Assert.Matches(@"f100\.jpg \(4 of 4, \d+\.\d (a second|s each), \d+ (s|min) left\)$", lines[3]);

        File.Delete(_folder["out/f9.png"]);
        Assert.Equal(_folder["out/f9.png"], Upscale(_folder["frames"], "-o", _folder["out"], "--skip-existing").Output.Trim());
    }

    [Theory]
    [InlineData("a2", "a10"), InlineData("a", "b"), InlineData("a1b", "a01c"), InlineData("f007", "f8"), InlineData("x9/a", "x10/a"), InlineData("a", "a1")]
    [InlineData("9", "99999999999999999999999999999"), InlineData("a01", "a1")]
    public void Numbers_in_names_are_ordered_by_their_value(string first, string second)
    {
        Assert.True(Commands.NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(Commands.NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, Commands.NaturalOrder.Instance.Compare(first, first));
    }

    [Fact]
    public void In_their_own_folder_outputs_say_their_size()
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(_folder, "in/a.png"), "-o", _folder["in/"]).ExitCode);
        Sample.Write(_folder, "other/b.png");
        Assert.Equal(ExitCode.Done, Upscale(_folder["other"], "-o", _folder["other"]).ExitCode);
        Assert.Equal(["in", "in/a-x2.png", "in/a.png", "other", "other/b-x2.png", "other/b.png"], _folder.Content.Order(StringComparer.Ordinal));

        // To go on there, or to begin anew, enlarges no picture twice.
        Assert.Contains("0 done, 1 passed over", Upscale(_folder["other"], "-o", _folder["other"], "--skip-existing").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Upscale(_folder["other"], "-o", _folder["other"], "--force").ExitCode);
        Assert.Equal(["b-x2.png", "b.png"], Directory.EnumerateFiles(_folder["other"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, 8, "tif"), InlineData(2, 16, "tif"), InlineData(5, 16, "tif"), InlineData(7, 8, "tif"), InlineData(1, 16, "png")]
    public void Bands_and_16_bits_come_out_as_they_went_in(int channels, int bitDepth, string format)
    {
        string input = Sample.Write(_folder, $"in.{format}", 17, 11, channels, bitDepth), output = _folder[$"out.{format}"];
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", output).ExitCode);
        Picture enlarged = Picture.Load(output);
        Assert.Equal((34, 22, channels, bitDepth), (enlarged.Width, enlarged.Height, enlarged.Channels, enlarged.BitDepth));
    }

    [Fact]
    public void A_format_that_ends_before_the_picture_does_is_refused_before_the_work()
    {
        string wide = Sample.WriteBoast(_folder, "wide.png", 33_000, 20), large = Sample.WriteBoast(_folder, "large.png", 8_200, 8_200);
        Refuses("JPEG holds at most 65,500 pixels a side", [wide, "-o", _folder["out.jpg"]], "large.png", "wide.png");
        Refuses("WebP holds at most 16,383 pixels a side", [large, "-o", _folder["out.webp"]], "large.png", "wide.png");
    }

    [Fact]
    public void Metadata_is_kept_unless_it_is_stripped_and_the_model_and_settings_are_added()
    {
        string input = _folder["in.png"];
        var metadata = new PictureMetadata { Text = new Dictionary<string, string> { ["Comment"] = "at home" } };
        Sample.Picture(20, 13).WithMetadata(metadata).Save(input);
        Upscale(input, "-o", _folder["kept.png"]);
        Upscale(input, "-o", _folder["stripped.png"], "--strip");
        IReadOnlyDictionary<string, string> kept = Picture.Load(_folder["kept.png"]).Text;
        Assert.Equal("at home", kept["Comment"]);
        Assert.Equal(Path.GetFileName(_model), kept["Mezzotint model"]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", kept["Mezzotint weights"]);
        Assert.Equal("scale 2", kept["Mezzotint settings"]);
        Assert.Empty(Picture.Load(_folder["stripped.png"]).Text);
    }

    [Fact]
    public void Outputs_that_exist_can_be_passed_over()
    {
        Sample.Write(_folder, "in/a.png");
        Sample.Write(_folder, "in/b.png");
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["out/a.png"], "precious");
        Call call = Upscale(_folder["in"], "-o", _folder["out"], "--skip-existing", "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal("precious", File.ReadAllText(_folder["out/a.png"]));
        Assert.Equal(_folder["out/a.png"], call.Json.GetProperty("skipped")[0].GetProperty("output").GetString());
        Assert.Equal(_folder["out/b.png"], Assert.Single(call.Json.GetProperty("images").EnumerateArray()).GetProperty("output").GetString());
        Upscale(_folder["in"], "-o", _folder["out"], "--skip-existing", "--force").Refuses("leave out one of them");
    }

    [Fact]
    public void Where_some_outputs_exist_a_broken_picture_is_one_of_several()
    {
        Sample.Write(_folder, "in/a.png");
        File.WriteAllText(_folder["in/b.png"], "no picture");
        Assert.Equal(ExitCode.Failed, Upscale(_folder["in"], "-o", _folder["out"]).ExitCode);
        Call call = Upscale(_folder["in"], "-o", _folder["out"], "--skip-existing");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal("0 done, 1 failed, 1 passed over, since their outputs exist.", call.Complaints[^1]);
    }

    [Fact]
    public void Patterns_that_the_shell_left_are_expanded()
    {
        Sample.Write(_folder, "in/a1.png");
        Sample.Write(_folder, "in/a2.jpg");
        Sample.Write(_folder, "in/deeper/a3.png");
        Sample.Write(_folder, "in/b[*].png");
        Assert.Equal(["a1.png", "a2.png"], Outputs("in/a?.*"));
        if (!OperatingSystem.IsWindows()) Directory.CreateSymbolicLink(_folder["in/deeper/back"], "..");
        Assert.Equal(["a1.png", "a3.png"], Outputs("in/**/a*.png"));
        Assert.True(File.Exists(_folder["out/deeper/a3.png"]));
        Assert.Equal(["b[*].png"], Outputs("in/b[*].png"));
        Upscale(_folder["in/c*"]).Refuses("Nothing matches");

        IEnumerable<string?> Outputs(string pattern)
        {
            Call call = Upscale(_folder[pattern], "-o", _folder["out/"], "--force");
            Assert.Equal(ExitCode.Done, call.ExitCode);
            return call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName).Order();
        }
    }

    [Theory]
    [InlineData("--tile", "8"), InlineData("--tile", "off"), InlineData("--tile", "auto"), InlineData("--memory", "0.5G")]
    public void How_much_is_computed_at_a_time_changes_no_bit(string option, string value)
    {
        string input = Sample.Write(_folder, "in.png", 41, 30);
        Upscale(input, "-o", _folder["plain.png"]);
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", _folder["other.png"], option, value).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["plain.png"]), File.ReadAllBytes(_folder["other.png"]));
    }

    [Fact]
    public void Too_little_memory_is_refused_with_what_it_takes()
    {
        string input = Sample.Write(_folder, "in.png");
        Refuses("MB of memory", [input, "--memory", "20M"], "in.png");
        Refuses("--memory takes a size", [input, "--memory", "much"], "in.png");
        Refuses("--tile takes auto, off", [input, "--tile", "0"], "in.png");
    }

    [Fact]
    public void A_request_that_names_no_model_gets_one_that_enlarges_four_times()
    {
        string input = Sample.Write(_folder, "in.png", 12, 9);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "-o", _folder["out.png"]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "--scale", "4").ExitCode);
        Picture enlarged = Picture.Load(_folder["out.png"]);
        Assert.Equal((48, 36), (enlarged.Width, enlarged.Height));
        Assert.Equal(File.ReadAllBytes(_folder["out.png"]), File.ReadAllBytes(_folder["in-x4.png"]));
    }

    [Fact]
    public void An_unknown_or_broken_model_is_refused()
    {
        string input = Sample.Write(_folder, "in.png");
        Call.Of("upscale", input, "--model", "nonesuch").Refuses("There is no model 'nonesuch'");
        File.WriteAllText(_folder["bad.safetensors"], "nonsense");
        Call.Of("upscale", input, "--model", _folder["bad.safetensors"]).Refuses("bad.safetensors");
        Assert.Equal(["bad.safetensors", "in.png"], _folder.Content);
    }

    [Theory]
    [InlineData("empty.png", "")]
    [InlineData("text.png", "this is not a picture")]
    [InlineData("cut.png", null)]
    public void A_file_that_is_no_whole_picture_is_refused(string name, string? content)
    {
        byte[] picture = File.ReadAllBytes(Sample.Write(_folder, name, 64, 64));
        if (content is null) File.WriteAllBytes(_folder[name], picture[..(picture.Length / 2)]);
        else File.WriteAllText(_folder[name], content);
        Refuses(name, [_folder[name], "-o", _folder["out.png"]], name);
    }

    [Fact]
    public void A_missing_input_is_refused() => Refuses("there is no such file", [_folder["gone/in.png"]]);

    [Fact]
    public void An_empty_folder_is_refused() => Refuses("There is no picture in", [_folder.Path]);

    [Theory]
    [InlineData(100_000, 100_000, "100000x100000 pixels")] // beyond what is read at all
    [InlineData(30_000, 16_000, "60,000 x 32,000 pixels")] // readable, and too large once it is enlarged
    public void A_huge_picture_is_refused_before_it_is_decoded(int width, int height, string part) =>
        Refuses(part, [Sample.WriteBoast(_folder, "huge.png", width, height), "-o", _folder["out.tif"]], "huge.png");

    [Fact]
    public void An_unknown_output_format_is_refused() =>
        Refuses("'.xyz' is not an extension", [Sample.Write(_folder, "in.png"), "-o", _folder["out.xyz"]], "in.png");

    [Fact]
    public void A_format_that_cannot_hold_the_picture_is_refused_before_the_work() =>
        Refuses("JPEG has no transparency", [Sample.Write(_folder, "in.png", channels: 4), "-o", _folder["out.jpg"]], "in.png");

    [Fact]
    public void An_output_folder_that_is_missing_or_a_file_is_refused()
    {
        string input = Sample.Write(_folder, "in.png");
        Refuses("There is no folder", [input, "-o", _folder["gone/out.png"]], "in.png");
        Refuses("Cannot write to the folder", [input, "-o", _folder["in.png/deeper/"]], "in.png");
        Refuses("is a file, and these inputs need a folder", [input, _folder.Path, "-o", input], "in.png");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_refused_before_the_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        Refuses("Cannot write to the folder '/proc'", [Sample.Write(_folder, "in.png"), "-o", "/proc/out.png"], "in.png");
    }

    [Fact]
    public void A_picture_that_the_disk_has_no_room_for_is_a_failure_and_no_fault_of_the_request()
    {
        Assert.Equal(ExitCode.Failed, Fault.Of(new PictureStorageException("out.png: the disk is full.")).ExitCode);
        const int NoSpaceLeft = 28;
        Fault full = Fault.Of(new PictureStorageException("out.png: the disk is full.", new IOException("", NoSpaceLeft)));
        Assert.Equal((ExitCode.Failed, true), (full.ExitCode, full.OfTheMachine)); // the next picture is not tried
        Assert.Equal(ExitCode.Failed, Fault.Of(new StorageException("Cannot write 'm.onnx'.", new IOException("", NoSpaceLeft))).ExitCode);
    }

    [Fact]
    public void An_output_is_never_an_input()
    {
        string input = Sample.Write(_folder, "in.png"), second = Sample.Write(_folder, "in-x2.png");
        byte[] before = File.ReadAllBytes(second);
        Refuses("is an input and would be an output too", [input, "-o", input, "--force"], "in-x2.png", "in.png");
        Refuses("is an input and would be an output too", [input, second, "--force"], "in-x2.png", "in.png");
        Assert.Equal(before, File.ReadAllBytes(second));
    }

    [Fact]
    public void Two_inputs_with_one_output_are_refused_before_any_work() =>
        Refuses(
            "would both become",
            [Sample.Write(_folder, "a.png"), Sample.Write(_folder, "b/a.png"), "-o", _folder["out"]],
            "a.png", "b", "b/a.png");

    [Fact]
    public void Pictures_of_one_name_and_two_formats_keep_their_extensions_in_their_names()
    {
        Sample.Write(_folder, "in/a.png");
        Sample.Write(_folder, "in/a.jpg");
        Sample.Write(_folder, "in/b.png");
        Assert.Equal(ExitCode.Done, Upscale(_folder["in"], "-o", _folder["out"]).ExitCode);
        Assert.Equal(["a.jpg.png", "a.png.png", "b.png"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_passed_over_in_a_folder_is_told()
    {
        Sample.Write(_folder, "in/a.png");
        File.WriteAllText(_folder["in/film.mov"], "");
        File.WriteAllText(_folder["in/drawing.BMP"], "");
        Call call = Upscale(_folder["in"], "-o", _folder["out"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains("2 files of other kinds (.bmp, .mov)", call.Error);
        Assert.Contains("1 passed over, since their outputs exist", Upscale(_folder["in"], "-o", _folder["out"], "--skip-existing").Error);
    }

    private Call Upscale(params string[] arguments) => Call.Of(["upscale", "--model", _model, .. arguments]);

    /// <summary>Asserts one sentence that says this, the exit code 2, no result, and that nothing but this is in the folder.</summary>
    private void Refuses(string part, string[] arguments, params string[] left)
    {
        Upscale(arguments).Refuses(part);
        Assert.Equal(left, _folder.Content);
    }
}
