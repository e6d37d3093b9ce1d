using Mezzotint.Imaging;
using Mezzotint.Storage;

namespace Mezzotint.Cli.Tests;

/// <summary>What <c>mezzo upscale</c> refuses, with a sentence, before anything is written.</summary>
public sealed class UpscaleRefusalTests : UpscaleScene
{
    [Fact]
    public void A_missing_input_is_refused() => Refuses("there is no such file", [Folder["gone/in.png"]]);

    [Fact]
    public void An_emptyFolder_is_refused() => Refuses("There is no picture in", [Folder.Path]);

    [Theory]
    [InlineData("empty.png", "")]
    [InlineData("text.png", "this is not a picture")]
    [InlineData("cut.png", null)]
    public void A_file_that_is_no_whole_picture_is_refused(string name, string? content)
    {
        byte[] picture = File.ReadAllBytes(Sample.Write(Folder, name, 64, 64));
        if (content is null) File.WriteAllBytes(Folder[name], picture[..(picture.Length / 2)]);
        else File.WriteAllText(Folder[name], content);
        Refuses(name, [Folder[name], "-o", Folder["out.png"]], name);
    }

    [Theory]
    [InlineData(100_000, 100_000, "100000x100000 pixels")] // beyond what is read at all
    [InlineData(30_000, 16_000, "60,000 x 32,000 pixels")] // readable, and too large once it is enlarged
    public void A_huge_picture_is_refused_before_it_is_decoded(int width, int height, string part) =>
        Refuses(part, [Sample.WriteBoast(Folder, "huge.png", width, height), "-o", Folder["out.tif"]], "huge.png");

    [Fact]
    public void Too_little_memory_is_refused_with_what_it_takes()
    {
        string input = Sample.Write(Folder, "in.png");
        Refuses("MB of memory", [input, "--memory", "20M"], "in.png");
        Refuses("--memory takes a size", [input, "--memory", "much"], "in.png");
        Refuses("--tile takes auto, off", [input, "--tile", "0"], "in.png");
    }

    [Fact]
    public void An_unknown_or_broken_model_is_refused()
    {
        string input = Sample.Write(Folder, "in.png");
        Call.Of("upscale", input, "--model", "nonesuch").Refuses("There is no model 'nonesuch'");
        File.WriteAllText(Folder["bad.safetensors"], "nonsense");
        Call.Of("upscale", input, "--model", Folder["bad.safetensors"]).Refuses("bad.safetensors");
        Assert.Equal(["bad.safetensors", "in.png"], Folder.Content);
    }

    [Fact]
    public void An_unknown_output_format_is_refused() =>
        Refuses("'.xyz' is not an extension", [Sample.Write(Folder, "in.png"), "-o", Folder["out.xyz"]], "in.png");

    [Fact]
    public void An_unknown_format_and_one_that_contradicts_the_output_are_refused()
    {
        string input = Sample.Write(Folder, "in.png");
        Upscale(input, "--format", "gif").Refuses("--format takes png, jpg");
        Upscale(input, "--format", "jpg", "-o", Folder["out.png"]).Refuses("another format than --format asks for");
    }

    [Fact]
    public void A_format_that_cannot_hold_the_picture_is_refused_before_the_work() =>
        Refuses("JPEG has no transparency", [Sample.Write(Folder, "in.png", channels: 4), "-o", Folder["out.jpg"]], "in.png");

    [Fact]
    public void A_format_that_ends_before_the_picture_does_is_refused_before_the_work()
    {
        string wide = Sample.WriteBoast(Folder, "wide.png", 33_000, 20), large = Sample.WriteBoast(Folder, "large.png", 8_200, 8_200);
        Refuses("JPEG holds at most 65,500 pixels a side", [wide, "-o", Folder["out.jpg"]], "large.png", "wide.png");
        Refuses("WebP holds at most 16,383 pixels a side", [large, "-o", Folder["out.webp"]], "large.png", "wide.png");
    }

    [Fact]
    public void An_outputFolder_that_is_missing_or_a_file_is_refused()
    {
        string input = Sample.Write(Folder, "in.png");
        Refuses("There is no folder", [input, "-o", Folder["gone/out.png"]], "in.png");
        Refuses("Cannot write to the folder", [input, "-o", Folder["in.png/deeper/"]], "in.png");
        Refuses("is a file, and these inputs need a folder", [input, Folder.Path, "-o", input], "in.png");
    }

    [Fact]
    public void AFolder_that_cannot_be_written_to_is_refused_before_the_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        Refuses("Cannot write to the folder '/proc'", [Sample.Write(Folder, "in.png"), "-o", "/proc/out.png"], "in.png");
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
}
