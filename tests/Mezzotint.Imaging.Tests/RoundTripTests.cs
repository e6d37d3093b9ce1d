namespace Mezzotint.Imaging.Tests;

public sealed class RoundTripTests
{
    public static IEnumerable<TheoryDataRow<PictureFormat, int, int>> Lossless =>
        from format in (PictureFormat[])[PictureFormat.Png, PictureFormat.Tiff]
        from depth in (int[])[8, 16]
        from channels in (int[])[1, 2, 3, 4]
        select new TheoryDataRow<PictureFormat, int, int>(format, depth, channels);

    public static IEnumerable<TheoryDataRow<PictureFormat, int, int>> Lossy =>
        from format in (PictureFormat[])[PictureFormat.Jpeg, PictureFormat.Webp, PictureFormat.Heif, PictureFormat.Avif]
        from depth in (int[])[8, 16]
        from channels in (int[])[1, 2, 3, 4]
        where format != PictureFormat.Jpeg || channels is 1 or 3
        select new TheoryDataRow<PictureFormat, int, int>(format, depth, channels);

    [Theory, MemberData(nameof(Lossless))]
    public void A_lossless_format_gives_every_sample_back(PictureFormat format, int bitDepth, int channels)
    {
        var picture = Pixels.Noise(new Random(channels), 37, 23, channels, bitDepth);

        var loaded = Picture.Load(picture.Encode(format));

        Assert.Equal((37, 23, channels, bitDepth), (loaded.Width, loaded.Height, loaded.Channels, loaded.BitDepth));
        Assert.Equal(channels is 2 or 4, loaded.HasAlpha);
        Assert.Equal(channels < 3, loaded.IsGrey);
        Assert.Equal(Pixels.Of(picture), Pixels.Of(loaded));
    }

    [Theory, MemberData(nameof(Lossy))]
    public void A_lossy_format_gives_samples_back_that_are_near(PictureFormat format, int bitDepth, int channels)
    {
        var picture = Pixels.Slopes(96, 64, channels, bitDepth);

        var loaded = Picture.Load(picture.Encode(format, new SaveOptions { Quality = 95 }));

        Assert.Equal((96, 64, picture.HasAlpha), (loaded.Width, loaded.Height, loaded.HasAlpha));
        Assert.Equal(format is PictureFormat.Heif or PictureFormat.Avif ? bitDepth : 8, loaded.BitDepth);
        var expected = picture.ToColour().WithBitDepth(loaded.BitDepth);
        Assert.InRange(Pixels.MeanDifference(expected, loaded.ToColour()) / (loaded.BitDepth == 8 ? 1 : 257), 0, 1.5);
    }

    [Theory]
    [InlineData(3), InlineData(4)]
    public void Lossless_WebP_gives_every_sample_back(int channels)
    {
        var picture = Pixels.Slopes(37, 23, channels, 8);
        var loaded = Picture.Load(picture.Encode(PictureFormat.Webp, new SaveOptions { Lossless = true }));
        Assert.Equal(Pixels.Of(picture), Pixels.Of(loaded));
    }

    [Theory]
    [InlineData(5, 8), InlineData(5, 16), InlineData(12, 16), InlineData(7, 8)]
    public void TIFF_holds_any_number_of_channels(int channels, int bitDepth)
    {
        var picture = Pixels.Noise(new Random(channels), 19, 300, channels, bitDepth);
        var loaded = Picture.Load(picture.Encode(PictureFormat.Tiff));
        Assert.Equal((channels, bitDepth, false, false), (loaded.Channels, loaded.BitDepth, loaded.HasAlpha, loaded.IsGrey));
        Assert.Equal(Pixels.Of(picture), Pixels.Of(loaded));
    }

    [Fact]
    public void A_file_a_stream_and_bytes_load_alike()
    {
        using var folder = new TemporaryFolder();
        var picture = Pixels.Noise(new Random(3), 40, 30, 3, 8);
        foreach (var format in Codecs.Available)
        {
            var path = folder["picture" + format.Extension()];
            picture.Save(path);
            var fromFile = Picture.Load(path);
            var fromBytes = Picture.Load(File.ReadAllBytes(path));
            using var stream = File.OpenRead(path);
            var fromStream = Picture.Load(stream);

            Assert.Equal(Pixels.Of(fromFile), Pixels.Of(fromBytes));
            Assert.Equal(Pixels.Of(fromFile), Pixels.Of(fromStream));
            Assert.Equal(new PictureHeader(format, 40, 30, 3, 8, false, 1), Picture.ReadHeader(path));
        }

        Assert.Equal(Codecs.Available.Length, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Floats_come_back_to_the_same_samples()
    {
        foreach (var depth in (int[])[8, 16])
        {
            var most = depth == 8 ? 255 : 65535;
            var ramp = Pixels.Make(most + 1, 1, 1, depth, (x, _, _) => (double)x / most);
            var floats = ramp.ToFloats();
            Assert.Equal(0f, floats[0]);
            Assert.Equal(1f, floats[^1]);
            Assert.Equal(Pixels.Of(ramp), Pixels.Of(Picture.FromFloats(floats, ramp.Width, 1, 1, depth)));
        }
    }

    [Fact]
    public void Floats_are_rounded_to_the_nearest_and_clamped()
    {
        float[] floats = [-0.2f, 0.499f / 255, 0.501f / 255, 1.7f, float.PositiveInfinity, float.NegativeInfinity];
        var picture = Picture.FromFloats(floats, 6, 1, 1, 8);
        Assert.Equal([0, 0, 1, 255, 255, 0], Pixels.Of(picture));
    }

    [Fact]
    public void A_float_that_is_not_a_number_is_an_error_that_says_where()
    {
        var error = Assert.Throws<ArgumentException>(() => Picture.FromFloats([0.5f, float.NaN, 0.5f], 3, 1, 1, 16));
        Assert.Contains("Sample 1 of 3 is not a number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depths_convert_to_the_nearest()
    {
        var wide = Picture.FromSamples((ushort[])[0, 128, 129, 257, 65535, 32768], 6, 1, 1);
        Assert.Equal([0, 0, 1, 1, 255, 128], Pixels.Of(wide.WithBitDepth(8)));
        var narrow = Picture.FromSamples((byte[])[0, 1, 255], 3, 1, 1);
        Assert.Equal([0, 257, 65535], Pixels.Of(narrow.WithBitDepth(16)));
    }

    [Fact]
    public void A_crop_is_the_rectangle_and_nothing_else()
    {
        var picture = Pixels.Noise(new Random(7), 20, 10, 3, 8);
        var crop = picture.Crop(4, 3, 5, 6);
        for (var y = 0; y < 6; y++)
            for (var x = 0; x < 5; x++)
                for (var c = 0; c < 3; c++)
                    Assert.Equal(picture[x + 4, y + 3, c], crop[x, y, c]);
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.Crop(16, 0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.Crop(-1, 0, 5, 1));
    }

    [Fact]
    public void Flattening_lays_the_picture_over_its_background()
    {
        var picture = Picture.FromSamples((byte[])[10, 20, 30, 255, 10, 20, 30, 0, 100, 100, 100, 51], 3, 1, 4);
        Assert.Equal([10, 20, 30, 255, 255, 255, 224, 224, 224], Pixels.Of(picture.Flatten()));
        Assert.Equal([10, 20, 30, 0, 0, 0, 20, 20, 20], Pixels.Of(picture.Flatten(0)));
    }
}
