using System.Text;
using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging.Tests;

public sealed class HostileFileTests
{
    public static TheoryData<PictureFormat> Formats => new(Enum.GetValues<PictureFormat>());

    [Theory, MemberData(nameof(Formats))]
    public void A_file_cut_short_anywhere_is_refused(PictureFormat format)
    {
        using var folder = new TemporaryFolder();
        var whole = Pixels.Noise(new Random(1), 61, 47, 3, 8).Encode(format);
        var cuts = Enumerable.Range(1, 40).Select(i => i * whole.Length / 41)
            .Concat(Enumerable.Range(1, 24)).Concat(Enumerable.Range(whole.Length - 40, 40));
        foreach (var cut in cuts.Where(cut => cut > 0).Distinct())
        {
            var error = Record.Exception(() => Picture.Load(whole.AsSpan(0, cut)));
            Assert.True(error is PictureException, $"{cut} of {whole.Length} bytes gave {error?.ToString() ?? "a picture"}");
            if (cut % 7 != 0) continue;
            var path = folder.Write("cut.png", whole.AsSpan(0, cut));
            var fromFile = Assert.Throws<PictureException>(() => Picture.Load(path));
            Assert.StartsWith(path, fromFile.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1), InlineData(3)]
    public void A_TIFF_whose_pixels_end_early_is_refused(int channels)
    {
        var pixels = new byte[40 * 30 * channels];
        var whole = TiffFile.Make(TiffFile.Plain(pixels, 40, 30, (uint)channels, 8, channels == 1 ? 1u : 2u));
        Assert.Equal(40, Picture.Load(whole).Width);
        for (var missing = 1; missing < pixels.Length; missing += 97)
            Assert.Throws<PictureException>(() => Picture.Load(whole.AsSpan(0, whole.Length - missing)));
    }

    [Theory, MemberData(nameof(Formats))]
    public void Damaged_bytes_are_refused_or_decoded_but_never_crash(PictureFormat format)
    {
        var random = new Random(2);
        var whole = Pixels.Noise(random, 33, 21, 3, 8).Encode(format);
        for (var trial = 0; trial < 150; trial++)
        {
            var damaged = whole.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var error = Record.Exception(() => Picture.Load(damaged));
            Assert.True(error is null or PictureException, error?.ToString());
            if (format == PictureFormat.Png && !damaged.AsSpan().SequenceEqual(whole)) Assert.NotNull(error);
        }
    }

    [Fact]
    public void A_JPEG_with_a_hole_that_no_code_fills_is_refused()
    {
        var whole = Pixels.Noise(new Random(1), 200, 150, 3, 8).Encode(PictureFormat.Jpeg);
        foreach (var filler in (byte[][])[[0xFF, 0xD0], [0xFF]])
        {
            var damaged = whole.ToArray();
            for (var i = damaged.Length / 2; i < damaged.Length * 3 / 4; i++) damaged[i] = filler[i % filler.Length];
            Assert.True(Record.Exception(() => Picture.Load(damaged)) is PictureException, Convert.ToHexString(filler));
        }
    }

    [Fact]
    public void A_JPEG_whose_end_was_never_written_is_refused()
    {
        // As a download leaves it that was cut off after the room for the file had been made.
        var file = Pixels.Noise(new Random(1), 200, 150, 3, 8).Encode(PictureFormat.Jpeg);
        file.AsSpan(file.Length / 2).Clear();
        Assert.Throws<PictureException>(() => Picture.Load(file));
    }

    [Fact]
    public void A_JPEG_with_a_blemish_that_leaves_the_pixels_whole_loads()
    {
        var whole = Pixels.Noise(new Random(1), 40, 30, 3, 8).Encode(PictureFormat.Jpeg);
        var expected = Pixels.Of(Picture.Load(whole));
        // Bytes between two segments, before the end, and behind it: all of them are met in the wild.
        byte[][] blemished = [[.. whole[..20], 1, 2, 3, .. whole[20..]], [.. whole[..^2], 1, 2, 3, .. whole[^2..]], [.. whole, 0, 0, 1, 2]];
        foreach (var file in blemished) Assert.Equal(expected, Pixels.Of(Picture.Load(file)));
    }

    [Fact]
    public void Random_bytes_are_refused_even_behind_a_known_signature()
    {
        var random = new Random(3);
        byte[][] signatures =
        [
            [], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0], [.. "RIFF\0\u0001\0\0WEBPVP8 "u8],
            [.. "II*\0\u0008\0\0\0"u8], [.. "MM\0*\0\0\0\u0008"u8], [.. "II+\0\u0008\0\0\0"u8],
            [0, 0, 0, 24, .. "ftypheic\0\0\0\0heicmif1"u8],
            [0, 0, 0, 24, .. "ftypavif\0\0\0\0avifmif1"u8],
        ];
        foreach (var signature in signatures)
            for (var trial = 0; trial < 40; trial++)
            {
                var bytes = new byte[random.Next(1, 3000)];
                random.NextBytes(bytes);
                Assert.Throws<PictureException>(() => Picture.Load((byte[])[.. signature, .. bytes]));
            }
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='5' height='5'/></svg>")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")]
    [InlineData("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n")]
    [InlineData("GIF89a\u0001\0\u0001\0\0\0\0;")]
    [InlineData("MATLAB 5.0 MAT-file, Platform: GLNXA64")]
    [InlineData("P6\n2 2\n255\nabcabcabcabc")]
    [InlineData("BM\u0046\0\0\0\0\0\0\0")]
    [InlineData("not a picture")]
    public void Other_formats_are_refused_whatever_their_name(string content)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["a.png", "a.svg", "a.jpg", "a"])
        {
            var path = folder.Write(name, Encoding.Latin1.GetBytes(content));
            var error = Assert.Throws<PictureException>(() => Picture.Load(path));
            Assert.Equal(
                $"{path}: this is not a picture of a known format (PNG, JPEG, WebP, TIFF, HEIF, AVIF); convert it to one of them first.",
                error.Message);
        }
    }

    [Theory]
    [InlineData("svgload_buffer"), InlineData("gifload_buffer"), InlineData("magickload_buffer")]
    [InlineData("rawload"), InlineData("csvload"), InlineData("matload"), InlineData("ppmload"), InlineData("vipsload")]
    [InlineData("jxlload"), InlineData("openexrload"), InlineData("fitsload")]
    [InlineData("jp2kload"), InlineData("radload"), InlineData("analyzeload")]
    public unsafe void Other_loaders_are_shut(string nickname)
    {
        if (!VipsOperation.Exists(nickname)) return;
        var gif = "GIF89a\u0001\0\u0001\0\u0080\0\0\0\0\0\0\0\0,\0\0\0\0\u0001\0\u0001\0\0\u0002\u0002D\u0001\0;"u8.ToArray();
        using var folder = new TemporaryFolder();
        var path = folder.Write("file", gif);
        fixed (byte* data = gif)
        {
            using var load = new VipsOperation(nickname);
            if (nickname.EndsWith("_buffer", StringComparison.Ordinal)) load.Set("buffer", data, (nuint)gif.Length);
            else load.Set("filename", path);
            if (nickname == "rawload") load.Set("width", 1).Set("height", 1).Set("bands", 1);
            Assert.Contains("blocked", Assert.Throws<VipsException>(load.Run).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_huge_header_is_refused_before_anything_is_decoded()
    {
        foreach (var (width, height) in ((int, int)[])[(100_000, 100_000), (2_000_000_000, 2_000_000_000), (5_000_001, 100)])
        {
            var png = new PngFile(width, height, 8, 2).Chunk("IDAT", PngFile.Deflate(new byte[100])).End();
            Assert.Equal(
                $"The picture: {width}x{height} pixels are more than the limit of 500,000,000; raise the limit if you trust the file.",
                Assert.Throws<PictureException>(() => Picture.Load(png)).Message);
        }

        var tiff = TiffFile.Make(TiffFile.Plain(new byte[10], 60_000, 60_000, 1, 8, 1));
        Assert.Contains("more than the limit", Assert.Throws<PictureException>(() => Picture.Load(tiff)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Formats))]
    public void The_limit_counts_pixels_and_is_exact(PictureFormat format)
    {
        var file = Pixels.Slopes(40, 25, 3, 8).Encode(format);
        Assert.Equal(40, Picture.Load(file, new PictureLimits { MaximumPixels = 1000 }).Width);
        var error = Assert.Throws<PictureException>(() => Picture.Load(file, new PictureLimits { MaximumPixels = 999 }));
        Assert.Contains("40x25 pixels are more than the limit of 999", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_channels_count_towards_the_limit()
    {
        var file = Pixels.Noise(new Random(1), 10, 10, 12, 8).Encode(PictureFormat.Tiff);
        Assert.Equal(12, Picture.Load(file, new PictureLimits { MaximumPixels = 300 }).Channels);
        Assert.Throws<PictureException>(() => Picture.Load(file, new PictureLimits { MaximumPixels = 299 }));
    }

    [Fact]
    public void A_size_of_zero_is_refused()
    {
        Assert.Throws<PictureException>(() => Picture.Load(new PngFile(0, 0, 8, 2).Rows().End()));
        Assert.Throws<PictureException>(() => Picture.Load(TiffFile.Make(TiffFile.Plain([], 0, 0, 1, 8, 1))));
    }

    [Fact]
    public void What_is_no_file_is_named_for_what_it_is()
    {
        using var folder = new TemporaryFolder();
        var missing = folder["missing.png"];
        Assert.Equal($"{missing}: there is no such file; check the path.", Message(missing));
        Assert.Equal($"{folder.Path}: this is a folder, not a picture; name a file in it.", Message(folder.Path));
        var empty = folder.Write("empty.png", []);
        Assert.Equal($"{empty}: the file is empty; get a whole copy of it.", Message(empty));
        if (!OperatingSystem.IsWindows())
        {
            var link = folder["link.png"];
            File.CreateSymbolicLink(link, "missing.png");
            Assert.Equal($"{link}: it is a link to a file that is not there; link it anew, or remove it.", Message(link));
        }

        var nothing = Assert.Throws<PictureException>(() => Picture.Load([]));
        Assert.Equal("The picture: the file is empty; get a whole copy of it.", nothing.Message);
        Assert.Throws<PictureException>(() => Picture.Load(""));

        static string Message(string path)
        {
            Assert.Equal(
                Assert.Throws<PictureException>(() => Picture.Load(path)).Message,
                Assert.Throws<PictureException>(() => Picture.ReadHeader(path)).Message);
            return Assert.Throws<PictureException>(() => Picture.Load(path)).Message;
        }
    }

    [Fact]
    public void A_file_name_is_only_a_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder["größe [page=3,access=random] 更.png"];
        Pixels.Slopes(9, 5, 3, 8).Save(path);
        Assert.Equal(9, Picture.Load(path).Width);
    }
}
