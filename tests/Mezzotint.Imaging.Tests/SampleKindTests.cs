using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging.Tests;

public sealed class SampleKindTests
{
    [Theory]
    [InlineData(1, new byte[] { 0b0110_0000 }, new[] { 0, 255, 255, 0 })]
    [InlineData(2, new byte[] { 0b0001_1011 }, new[] { 0, 85, 170, 255 })]
    [InlineData(4, new byte[] { 0x0F, 0x71 }, new[] { 0, 255, 119, 17 })]
    public void PNGs_of_few_bits_are_widened(int bits, byte[] row, int[] expected)
    {
        var picture = Picture.Load(new PngFile(4, 1, bits, 0).Rows(row).End());
        Assert.Equal((8, 1), (picture.BitDepth, picture.Channels));
        Assert.Equal(expected, Pixels.Of(picture));
    }

    [Theory]
    [InlineData(1, new byte[] { 0b0110_0000 }, new[] { 0, 255, 255, 0 })]
    [InlineData(2, new byte[] { 0b0001_1011 }, new[] { 0, 85, 170, 255 })]
    [InlineData(4, new byte[] { 0x0F, 0x71 }, new[] { 0, 255, 119, 17 })]
    public void TIFFs_of_few_bits_are_widened(uint bits, byte[] row, int[] expected)
    {
        Assert.Equal(expected, Pixels.Of(Picture.Load(TiffFile.Make(TiffFile.Plain(row, 4, 1, 1, bits, 1)))));
        Assert.Equal(expected.Select(v => 255 - v), Pixels.Of(Picture.Load(TiffFile.Make(TiffFile.Plain(row, 4, 1, 1, bits, 0)))));
    }

    [Fact]
    public void Palettes_are_expanded()
    {
        var png = new PngFile(3, 1, 8, 3).Chunk("PLTE", [10, 20, 30, 40, 50, 60]);
        byte[] row = [1, 0, 1];
        Assert.Equal([40, 50, 60, 10, 20, 30, 40, 50, 60], Pixels.Of(Picture.Load(png.Rows(row).End())));

        var clear = new PngFile(3, 1, 8, 3).Chunk("PLTE", [10, 20, 30, 40, 50, 60]).Chunk("tRNS", [128]);
        Assert.Equal([40, 50, 60, 255, 10, 20, 30, 128, 40, 50, 60, 255], Pixels.Of(Picture.Load(clear.Rows(row).End())));
    }

    [Theory]
    [InlineData(32u, 3u, "Float32"), InlineData(16u, 2u, "Int16"), InlineData(8u, 2u, "Int8")]
    [InlineData(32u, 1u, "UInt32"), InlineData(32u, 2u, "Int32")]
    [InlineData(64u, 3u, "Float64"), InlineData(16u, 3u, "Float16"), InlineData(64u, 1u, "UInt64"), InlineData(64u, 6u, "Complex64")] // those libvips cannot read
    public void Samples_that_are_not_unsigned_bytes_or_words_are_refused(uint bits, uint sampleFormat, string type)
    {
        foreach (var channels in (uint[])[1, 3])
        {
            var pixels = new byte[16 * channels * bits / 8];
            var tiff = TiffFile.Make(TiffFile.Plain(pixels, 4, 4, channels, bits, channels == 1 ? 1u : 2u, sampleFormat));
            var error = Assert.Throws<PictureException>(() => Picture.Load(tiff));
            Assert.Contains($"of type {type}, whose range no model knows", error.Message, StringComparison.Ordinal);
            Assert.Contains("save it with unsigned 8- or 16-bit samples first, stretched", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, 2, 8), InlineData(1, 2, 16), InlineData(1, 3, 8), InlineData(1, 4, 16), InlineData(1, 13, 16), InlineData(2, 3, 16), InlineData(2, 5, 16)]
    public void Channels_that_lie_in_planes_are_put_beside_each_other(int photometric, int channels, int bits)
    {
        const int width = 7, height = 5;
        ushort[][] planes =
        [
            .. Enumerable.Range(0, channels).Select(channel => Enumerable.Range(0, width * height)
                .Select(i => i == 0 ? (ushort)((1 << bits) - 1) : (ushort)(((channel * 5077) + (i * 1871)) & ((1 << bits) - 1))).ToArray()),
        ];
        int[] expected = [.. Enumerable.Range(0, width * height).SelectMany(i => planes.Select(plane => (int)plane[i]))];
        foreach (var (bigEndian, isBig) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var tiff = TiffFile.InPlanes(planes, width, height, bits, photometric, bigEndian, isBig);
            var picture = Picture.Load(tiff);
            Assert.Equal((width, height, channels, bits), (picture.Width, picture.Height, picture.Channels, picture.BitDepth));
            Assert.Equal(channels == 2, picture.HasAlpha); // grey and alpha, as of channels beside each other
            Assert.Equal(expected, Pixels.Of(picture));
            Assert.Equal(expected, Pixels.Of(Picture.Load(new MemoryStream(tiff))));

            using var folder = new TemporaryFolder();
            var path = Path.Combine(folder.Path, "planes.tif");
            File.WriteAllBytes(path, tiff);
            Assert.Equal(expected, Pixels.Of(Picture.Load(path)));
            Assert.Equal((channels, channels == 2), (Picture.ReadHeader(path).Channels, Picture.ReadHeader(path).HasAlpha));
            Assert.Equal(tiff, File.ReadAllBytes(path));
        }
    }

    [Theory]
    [InlineData(0), InlineData(6)]
    public void Planes_that_libvips_mixes_up_are_refused(int photometric)
    {
        ushort[][] planes = [.. Enumerable.Range(0, 3).Select(_ => new ushort[12])];
        var error = Assert.Throws<PictureException>(() => Picture.Load(TiffFile.InPlanes(planes, 4, 3, 8, photometric)));
        Assert.Contains("channels lie in planes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CMYK_becomes_colour()
    {
        // Cyan, magenta, yellow, black, none: as a press mixes them.
        byte[] inks = [255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0];
        var picture = Picture.Load(TiffFile.Make(TiffFile.Plain(inks, 5, 1, 4, 8, 5)));

        Assert.Equal((3, false, 8), (picture.Channels, picture.HasAlpha, picture.BitDepth));
        Assert.True(picture[0, 0, 0] < 100 && picture[0, 0, 1] > 120 && picture[0, 0, 2] > 180, "cyan");
        Assert.True(picture[1, 0, 0] > 180 && picture[1, 0, 1] < 100, "magenta");
        Assert.True(picture[2, 0, 0] > 200 && picture[2, 0, 1] > 180 && picture[2, 0, 2] < 100, "yellow");
        Assert.True(picture[3, 0, 0] < 80 && picture[3, 0, 1] < 80 && picture[3, 0, 2] < 80, "black");
        Assert.True(picture[4, 0, 0] > 240 && picture[4, 0, 1] > 240 && picture[4, 0, 2] > 240, "paper");
    }

    [Fact]
    public void Lab_becomes_colour()
    {
        // L 0..255 for 0..100, a and b signed.
        byte[] lab = [255, 0, 0, 0, 0, 0, 137, 0, 0, 136, 80, 67];
        var picture = Picture.Load(TiffFile.Make(TiffFile.Plain(lab, 4, 1, 3, 8, 8)));
        Assert.Equal((3, 8), (picture.Channels, picture.BitDepth));
        Assert.All(Enumerable.Range(0, 3), c => Assert.InRange(picture[0, 0, c], 248, 255));
        Assert.All(Enumerable.Range(0, 3), c => Assert.InRange(picture[1, 0, c], 0, 1));
        Assert.All(Enumerable.Range(0, 3), c => Assert.InRange(picture[2, 0, c], 124, 134));
        Assert.True(picture[3, 0, 0] > 240 && picture[3, 0, 1] < 40 && picture[3, 0, 2] < 40, "red");
    }

    [Fact]
    public unsafe void A_CMYK_JPEG_becomes_colour()
    {
        var inks = new byte[16 * 16 * 4];
        for (var i = 0; i < inks.Length; i += 4) inks[i + 1] = 255;
        var file = new MemoryStream();
        fixed (byte* data = inks)
        {
            using var memory = VipsImage.Over(data, (nuint)inks.Length, 16, 16, 4, SampleFormat.UInt8);
            using var copy = new VipsOperation("copy").Set("in", memory).Set("interpretation", "cmyk");
            using var image = copy.Run().TakeImage();
            using var save = new VipsOperation("jpegsave_buffer").Set("in", image);
            save.Run().CopyBlobTo(encoded => encoded.CopyTo(file));
        }

        var picture = Picture.Load(file.ToArray());
        Assert.Equal((3, false), (picture.Channels, picture.HasAlpha));
        Assert.True(picture[8, 8, 0] > 180 && picture[8, 8, 1] < 100, "magenta");
    }

    [Fact]
    public void Of_several_pages_the_first_is_loaded_and_their_number_told()
    {
        var tiff = TiffFile.Make(
            TiffFile.Plain([1, 2, 3, 4], 2, 2, 1, 8, 1), TiffFile.Plain([5, 6], 2, 1, 1, 8, 1), TiffFile.Plain([7], 1, 1, 1, 8, 1));
        var picture = Picture.Load(tiff);
        Assert.Equal(3, picture.Pages);
        Assert.Equal([1, 2, 3, 4], Pixels.Of(picture));
    }

    [Fact]
    public void Four_bands_that_are_not_colour_have_no_alpha()
    {
        var pixels = Enumerable.Range(0, 4 * 6).Select(i => (byte)i).ToArray();
        var page = TiffFile.Plain(pixels, 3, 2, 4, 8, 1);
        var bands = Picture.Load(TiffFile.Make(page with { Tags = [.. page.Tags, (338, [0, 0, 0])] }));
        Assert.Equal((4, false), (bands.Channels, bands.HasAlpha));
        Assert.Equal(pixels.Select(p => (int)p), Pixels.Of(bands));

        var again = Picture.Load(bands.Encode(PictureFormat.Tiff));
        Assert.Equal((4, false), (again.Channels, again.HasAlpha));
        Assert.Equal(Pixels.Of(bands), Pixels.Of(again));
        var error = Assert.Throws<PictureException>(() => bands.Encode(PictureFormat.Png));
        Assert.Contains("save the picture as TIFF", error.Message, StringComparison.Ordinal);
    }
}
