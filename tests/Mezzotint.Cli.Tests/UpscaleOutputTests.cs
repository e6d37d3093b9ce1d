using Mezzotint.Imaging;

namespace Mezzotint.Cli.Tests;

/// <summary>Where the outputs of <c>mezzo upscale</c> come to lie, and which inputs it takes.</summary>
public sealed class UpscaleOutputTests : UpscaleScene
{
    [Fact]
    public void Without_an_output_a_file_comes_to_lie_beside_its_input()
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(Folder, "photo.jpg")).ExitCode);
        Assert.Equal(["photo-x2.png", "photo.jpg"], Folder.Content);
    }

    [Fact]
    public void Without_an_output_aFolder_comes_to_lie_beside_its_input()
    {
        Sample.Write(Folder, "photos/a.jpg");
        Sample.Write(Folder, "photos/deeper/b.png");
        File.WriteAllText(Folder["photos/notes.txt"], "not a picture");
        Assert.Equal(ExitCode.Done, Upscale(Folder["photos"]).ExitCode);
        Assert.Equal(
            ["photos", "photos-x2", "photos-x2/a.png", "photos-x2/deeper", "photos-x2/deeper/b.png",
                "photos/a.jpg", "photos/deeper", "photos/deeper/b.png", "photos/notes.txt"],
            Folder.Content.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Several_inputs_go_to_aFolder_that_is_made()
    {
        Call call = Upscale(Sample.Write(Folder, "a.png"), Sample.Write(Folder, "b.webp"), "-o", Folder["new/out"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(["a.png", "b.webp", "new", "new/out", "new/out/a.png", "new/out/b.png"], Folder.Content);
    }

    [Fact]
    public void Outputs_inside_the_inputFolder_are_not_enlarged_again()
    {
        Sample.Write(Folder, "a.png");
        Assert.Equal(ExitCode.Done, Upscale(Folder.Path, "-o", Folder["out"]).ExitCode);
        Assert.Equal(ExitCode.Done, Upscale(Folder.Path, "-o", Folder["out"], "--force").ExitCode);
        Assert.Equal(["a.png", "out", "out/a.png"], Folder.Content);
    }

    [Fact]
    public void Outputs_beside_their_inputs_are_not_enlarged_again()
    {
        Sample.Write(Folder, "a.png");
        Sample.Write(Folder, "deeper/b.png");
        Sample.Write(Folder, "deeper/b.jpg");
        Assert.Equal(ExitCode.Done, Upscale(Folder.Path, "-o", Folder.Path).ExitCode);
        string[] content = [.. Folder.Content.Order(StringComparer.Ordinal)];
        Assert.Equal(["a-x2.png", "a.png", "deeper", "deeper/b-x2.jpg.png", "deeper/b-x2.png.png", "deeper/b.jpg", "deeper/b.png"], content);
        Assert.Equal(ExitCode.Done, Upscale(Folder.Path, "-o", Folder.Path, "--skip-existing").ExitCode);
        Assert.Equal(ExitCode.Done, Upscale(Folder.Path, "-o", Folder.Path, "--force").ExitCode);
        Assert.Equal(content, Folder.Content.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void In_their_ownFolder_outputs_say_their_size()
    {
        Assert.Equal(ExitCode.Done, Upscale(Sample.Write(Folder, "in/a.png"), "-o", Folder["in/"]).ExitCode);
        Sample.Write(Folder, "other/b.png");
        Assert.Equal(ExitCode.Done, Upscale(Folder["other"], "-o", Folder["other"]).ExitCode);
        Assert.Equal(["in", "in/a-x2.png", "in/a.png", "other", "other/b-x2.png", "other/b.png"], Folder.Content.Order(StringComparer.Ordinal));

        // To go on there, or to begin anew, enlarges no picture twice.
        Assert.Contains("0 done, 1 passed over", Upscale(Folder["other"], "-o", Folder["other"], "--skip-existing").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Upscale(Folder["other"], "-o", Folder["other"], "--force").ExitCode);
        Assert.Equal(["b-x2.png", "b.png"], Directory.EnumerateFiles(Folder["other"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pictures_of_one_name_and_two_formats_keep_their_extensions_in_their_names()
    {
        Sample.Write(Folder, "in/a.png");
        Sample.Write(Folder, "in/a.jpg");
        Sample.Write(Folder, "in/b.png");
        Assert.Equal(ExitCode.Done, Upscale(Folder["in"], "-o", Folder["out"]).ExitCode);
        Assert.Equal(["a.jpg.png", "a.png.png", "b.png"], Directory.GetFiles(Folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_inputs_with_one_output_are_refused_before_any_work() =>
        Refuses(
            "would both become",
            [Sample.Write(Folder, "a.png"), Sample.Write(Folder, "b/a.png"), "-o", Folder["out"]],
            "a.png", "b", "b/a.png");

    [Fact]
    public void An_output_is_never_an_input()
    {
        string input = Sample.Write(Folder, "in.png"), second = Sample.Write(Folder, "in-x2.png");
        byte[] before = File.ReadAllBytes(second);
        Refuses("is an input and would be an output too", [input, "-o", input, "--force"], "in-x2.png", "in.png");
        Refuses("is an input and would be an output too", [input, second, "--force"], "in-x2.png", "in.png");
        Assert.Equal(before, File.ReadAllBytes(second));
    }

    [Fact]
    public void An_existing_output_is_replaced_only_by_force()
    {
        string input = Sample.Write(Folder, "in.png"), output = Folder["out.png"];
        File.WriteAllText(output, "precious");
        Upscale(input, "-o", output).Refuses("exists already; add --force");
        Assert.Equal("precious", File.ReadAllText(output));
        Assert.Equal(ExitCode.Done, Upscale(input, "-o", output, "--force").ExitCode);
        Assert.Equal(40, Picture.Load(output).Width);
        Assert.Equal(["in.png", "out.png"], Folder.Content);
    }

    [Fact]
    public void Outputs_that_exist_can_be_passed_over()
    {
        Sample.Write(Folder, "in/a.png");
        Sample.Write(Folder, "in/b.png");
        Directory.CreateDirectory(Folder["out"]);
        File.WriteAllText(Folder["out/a.png"], "precious");
        Call call = Upscale(Folder["in"], "-o", Folder["out"], "--skip-existing", "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal("precious", File.ReadAllText(Folder["out/a.png"]));
        Assert.Equal(Folder["out/a.png"], call.Json.GetProperty("skipped")[0].GetProperty("output").GetString());
        Assert.Equal(Folder["out/b.png"], Assert.Single(call.Json.GetProperty("images").EnumerateArray()).GetProperty("output").GetString());
        Upscale(Folder["in"], "-o", Folder["out"], "--skip-existing", "--force").Refuses("leave out one of them");
    }

    [Fact]
    public void Where_some_outputs_exist_a_broken_picture_is_one_of_several()
    {
        Sample.Write(Folder, "in/a.png");
        File.WriteAllText(Folder["in/b.png"], "no picture");
        Assert.Equal(ExitCode.Failed, Upscale(Folder["in"], "-o", Folder["out"]).ExitCode);
        Call call = Upscale(Folder["in"], "-o", Folder["out"], "--skip-existing");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal("0 done, 1 failed, 1 passed over, since their outputs exist.", call.Complaints[^1]);
    }

    [Fact]
    public void What_is_passed_over_in_aFolder_is_told()
    {
        Sample.Write(Folder, "in/a.png");
        File.WriteAllText(Folder["in/film.mov"], "");
        File.WriteAllText(Folder["in/drawing.BMP"], "");
        Call call = Upscale(Folder["in"], "-o", Folder["out"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains("2 files of other kinds (.bmp, .mov)", call.Error);
        Assert.Contains("1 passed over, since their outputs exist", Upscale(Folder["in"], "-o", Folder["out"], "--skip-existing").Error);
    }

    [Fact]
    public void The_frames_of_a_video_keep_their_names_and_are_taken_in_order()
    {
        foreach (int frame in (int[])[10, 9, 1, 100]) Sample.Write(Folder, $"frames/f{frame}.jpg");
        Call call = Upscale(Folder["frames"], "-o", Folder["out"]);
        string[] names = ["f1.png", "f9.png", "f10.png", "f100.png"];
        Assert.Equal(names, call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName));
        string[] lines = call.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"f1\.jpg \(1 of 4\)$", lines[0]);
        Assert.Matches(@"f100\.jpg \(4 of 4, \d+\.\d (a second|s each), \d+ (s|min) left\)$", lines[3]);

        File.Delete(Folder["out/f9.png"]);
        Assert.Equal(Folder["out/f9.png"], Upscale(Folder["frames"], "-o", Folder["out"], "--skip-existing").Output.Trim());
    }

    [Fact]
    public void Patterns_that_the_shell_left_are_expanded()
    {
        Sample.Write(Folder, "in/a1.png");
        Sample.Write(Folder, "in/a2.jpg");
        Sample.Write(Folder, "in/deeper/a3.png");
        Sample.Write(Folder, "in/b[*].png");
        Assert.Equal(["a1.png", "a2.png"], Outputs("in/a?.*"));
        if (!OperatingSystem.IsWindows()) Directory.CreateSymbolicLink(Folder["in/deeper/back"], "..");
        Assert.Equal(["a1.png", "a3.png"], Outputs("in/**/a*.png"));
        Assert.True(File.Exists(Folder["out/deeper/a3.png"]));
        Assert.Equal(["b[*].png"], Outputs("in/b[*].png"));
        Upscale(Folder["in/c*"]).Refuses("Nothing matches");

        IEnumerable<string?> Outputs(string pattern)
        {
            Call call = Upscale(Folder[pattern], "-o", Folder["out/"], "--force");
            Assert.Equal(ExitCode.Done, call.ExitCode);
            return call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName).Order();
        }
    }
}
