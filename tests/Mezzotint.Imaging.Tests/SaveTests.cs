namespace Mezzotint.Imaging.Tests;

public sealed class SaveTests
{
    [Fact]
    public void Saving_replaces_a_file_and_leaves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder["out.png"];
        Pixels.Slopes(8, 8, 3, 8).Save(path);
        Pixels.Slopes(9, 8, 3, 8).Save(path);
        Assert.Equal(9, Picture.Load(path).Width);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_save_that_fails_leaves_the_existing_file_untouched()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("out.jpg", "precious"u8);
        Assert.Throws<PictureException>(() => Pixels.Slopes(8, 8, 4, 8).Save(path));
        Assert.Throws<PictureException>(() => Pixels.Slopes(8, 8, 6, 8).Save(path));
        Assert.Equal("precious", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var picture = Pixels.Slopes(8, 8, 3, 8);
        var missing = Path.Combine(folder.Path, "missing", "out.png");
        var error = Assert.Throws<PictureStorageException>(() => picture.Save(missing));
        Assert.StartsWith($"{missing}: the file cannot be written", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("create the folder first.", error.Message, StringComparison.Ordinal);

        var behindFile = Path.Combine(folder.Write("file", "x"u8), "out.png");
        Assert.StartsWith(behindFile, Assert.Throws<PictureStorageException>(() => picture.Save(behindFile)).Message, StringComparison.Ordinal);

        var taken = Directory.CreateDirectory(folder["taken.png"]).FullName;
        Assert.Contains("this is a folder", Assert.Throws<PictureException>(() => picture.Save(taken)).Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Theory]
    [InlineData("out"), InlineData("out.gif"), InlineData("out.svg"), InlineData("out.png.txt")]
    public void An_extension_that_names_no_format_is_refused(string name)
    {
        var error = Assert.Throws<PictureException>(() => Pixels.Slopes(8, 8, 3, 8).Save(name));
        Assert.Contains("use .png, .jpg, .webp, .tif, .heic or .avif", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(name));
    }

    [Theory]
    [InlineData("a.PNG", PictureFormat.Png), InlineData("b.JpEg", PictureFormat.Jpeg), InlineData("/c/d.tiff", PictureFormat.Tiff)]
    [InlineData("e.heif", PictureFormat.Heif), InlineData("f.avif", PictureFormat.Avif), InlineData("g.webp", PictureFormat.Webp)]
    public void Extensions_name_formats(string name, PictureFormat format)
    {
        Assert.Equal(format, PictureFormats.FromPath(name));
        Assert.True(PictureFormats.HasPictureExtension(name));
        Assert.False(PictureFormats.HasPictureExtension(name + ".txt"));
    }

    [Theory]
    [InlineData(PictureFormat.Webp, 16_384, "WebP holds at most 16,383 pixels a side")]
    [InlineData(PictureFormat.Jpeg, 65_501, "JPEG holds at most 65,500 pixels a side")]
    [InlineData(PictureFormat.Heif, 16_385, "HEIF holds at most 16,384 pixels a side")]
    [InlineData(PictureFormat.Avif, 16_385, "AVIF holds at most 16,384 pixels a side")]
    public void A_side_too_long_for_the_format_is_refused(PictureFormat format, int side, string sentence)
    {
        foreach (var (width, height) in ((int, int)[])[(side, 1), (1, side)])
        {
            var picture = Picture.FromSamples(new byte[side], width, height, 1);
            var error = Assert.Throws<PictureException>(() => picture.Save(Stream.Null, format));
            Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
            Assert.Contains($"{width}x{height}", error.Message, StringComparison.Ordinal);
            Assert.Equal(width, Picture.Load(picture.Encode(PictureFormat.Png)).Width);
        }
    }

    [Theory]
    [InlineData(PictureFormat.Webp, 16_383), InlineData(PictureFormat.Jpeg, 65_500)]
    public void The_longest_side_a_format_holds_is_written(PictureFormat format, int side) =>
        Assert.Equal(side, Picture.Load(Picture.FromSamples(new byte[side * 2], side, 2, 1).Encode(format)).Width);

    [Fact]
    public void Alpha_in_a_JPEG_is_refused_and_says_what_to_do()
    {
        var error = Assert.Throws<PictureException>(() => Pixels.Slopes(8, 8, 4, 8).Encode(PictureFormat.Jpeg));
        Assert.Equal(
            "The picture: JPEG has no transparency; save the picture as PNG or WebP, or flatten it first.", error.Message);
        Assert.Equal(3, Picture.Load(Pixels.Slopes(8, 8, 4, 8).Flatten().Encode(PictureFormat.Jpeg)).Channels);
    }

    [Fact]
    public void Quality_trades_size_for_likeness()
    {
        var picture = Pixels.Noise(new Random(1), 64, 64, 3, 8);
        foreach (var format in Codecs.Available.Except([PictureFormat.Png, PictureFormat.Tiff]))
        {
            var small = picture.Encode(format, new SaveOptions { Quality = 10 });
            var faithful = picture.Encode(format, new SaveOptions { Quality = 95 });
            Assert.True(small.Length < faithful.Length);
            Assert.True(Pixels.MeanDifference(picture, Picture.Load(faithful)) < Pixels.MeanDifference(picture, Picture.Load(small)));
        }

        Assert.Throws<PictureException>(() => picture.Encode(PictureFormat.Jpeg, new SaveOptions { Quality = 0 }));
        Assert.Throws<PictureException>(() => picture.Encode(PictureFormat.Jpeg, new SaveOptions { Lossless = true }));
    }
}
