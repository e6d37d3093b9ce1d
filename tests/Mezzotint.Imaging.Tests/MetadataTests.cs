using System.Text;
using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging.Tests;

public sealed class MetadataTests
{
    private static readonly byte[] Packet = Encoding.UTF8.GetBytes(
        """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="1" dc:title="Größe"/></x:xmpmeta>""");

    private static readonly PictureMetadata Full = new()
    {
        Exif = ExifBlock.Make(1, width: 48, height: 32),
        Xmp = Packet,
        IccProfile = SrgbProfile(),
        Density = (12, 12),
        Text = new Dictionary<string, string> { ["Title"] = "A picture" },
    };

    [Theory]
    [InlineData(PictureFormat.Png), InlineData(PictureFormat.Jpeg), InlineData(PictureFormat.Webp), InlineData(PictureFormat.Tiff)]
    [InlineData(PictureFormat.Heif), InlineData(PictureFormat.Avif)]
    public void Profile_EXIF_and_XMP_survive(PictureFormat format)
    {
        var picture = Pixels.Slopes(48, 32, 3, 8).WithMetadata(Full);

        var kept = Picture.Load(picture.Encode(format)).Metadata;

        Assert.Equal(Full.IccProfile.ToArray(), kept.IccProfile.ToArray());
        Assert.Equal(Packet, kept.Xmp.ToArray());
        switch (format)
        {
            case PictureFormat.Tiff:
                Assert.True(kept.Exif.IsEmpty);
                break;
            case PictureFormat.Heif or PictureFormat.Avif:
                // libvips writes these anew: what matters is that the tags are there.
                Assert.True(kept.Exif.Span.IndexOf(Encoding.ASCII.GetBytes(ExifBlock.Camera)) > 0);
                break;
            default:
                Assert.Equal(Full.Exif.ToArray(), kept.Exif.ToArray());
                break;
        }

        if (format is PictureFormat.Png or PictureFormat.Jpeg or PictureFormat.Tiff)
            Assert.Equal((12.0, 12.0), (Math.Round(kept.Density!.Value.Horizontal, 1), Math.Round(kept.Density!.Value.Vertical, 1)));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4)]
    public void WebP_metadata_stands_beside_any_kind_of_pixels(int channels)
    {
        foreach (var lossless in (bool[])[false, true])
        {
            var picture = Pixels.Slopes(31, 17, channels, 8).WithMetadata(Full);
            var loaded = Picture.Load(picture.Encode(PictureFormat.Webp, new SaveOptions { Lossless = lossless }));
            Assert.Equal((31, 17, picture.HasAlpha), (loaded.Width, loaded.Height, loaded.HasAlpha));
            Assert.Equal(Packet, loaded.Metadata.Xmp.ToArray());
        }
    }

    [Fact]
    public void A_picture_made_of_numbers_takes_on_the_metadata_of_another()
    {
        var source = Pixels.Slopes(24, 16, 3, 8).WithMetadata(Full);
        var enlarged = Picture.FromFloats(new float[48 * 32 * 3], 48, 32, 3, 16, like: source);

        var loaded = Picture.Load(enlarged.Encode(PictureFormat.Png));

        Assert.Equal(Full.IccProfile.ToArray(), loaded.Metadata.IccProfile.ToArray());
        Assert.Equal(ExifBlock.Make(1, width: 48, height: 32), loaded.Metadata.Exif.ToArray());
        Assert.Equal("A picture", loaded.Text["Title"]);
    }

    [Fact]
    public void A_size_that_outgrows_its_EXIF_tag_takes_more_room()
    {
        var wide = Picture.FromSamples(new byte[70_000 * 2], 70_000, 2, 1).WithMetadata(Full);
        var exif = Picture.Load(wide.Encode(PictureFormat.Png)).Metadata.Exif.ToArray();
        var expected = ExifBlock.Make(1);
        var tag = expected.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0xA0]);
        Assert.Equal(4, exif[tag + 2]);
        Assert.Equal(70_000, BitConverter.ToInt32(exif, tag + 8));
    }

    [Fact]
    public void A_profile_of_another_colour_space_is_dropped()
    {
        var picture = Pixels.Slopes(8, 8, 3, 8).WithMetadata(Full);
        Assert.True(Picture.FromSamples(new byte[64], 8, 8, 1, like: picture).Metadata.IccProfile.IsEmpty);
        Assert.False(Picture.FromSamples(new byte[256], 8, 8, 4, like: picture).Metadata.IccProfile.IsEmpty);
    }

    [Fact]
    public void Texts_of_a_PNG_are_read_back()
    {
        var text = new Dictionary<string, string>
        {
            ["Software"] = "mezzo",
            ["Creation Time"] = "today",
            ["parameters"] = "größer, 更大\nsecond line",
            ["empty"] = "",
        };
        var loaded = Picture.Load(Pixels.Slopes(8, 8, 3, 8).Encode(PictureFormat.Png, new SaveOptions { Text = text }));
        Assert.Equal(text, loaded.Text);
        Assert.Equal(text, Picture.Load(loaded.Encode(PictureFormat.Png)).Text);
    }

    [Fact]
    public void Texts_of_every_kind_of_chunk_are_read()
    {
        byte[][] pixel = [[0]];
        var png = new PngFile(1, 1, 8, 0)
            .Chunk("tEXt", [.. "plain\0caf"u8, 0xE9])
            .Rows(pixel)
            .Chunk("zTXt", [.. "squeezed\0\0"u8, .. PngFile.Deflate("deflated"u8.ToArray())])
            .Chunk("iTXt", [.. "international\0\u0001\0en\0translated\0"u8, .. PngFile.Deflate("größer"u8.ToArray())])
            .Chunk("tEXt", "no zero"u8)
            .Chunk("zTXt", "broken\0\0not deflated"u8)
            .Chunk("zTXt", "dictionary\0\0\x78\x20\x01\x02\x03\x04\x05\x06"u8)
            .End();
        var text = Picture.Load(png).Text;
        Assert.Equal(
            [("plain", "café"), ("squeezed", "deflated"), ("international", "größer")], text.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void A_text_that_inflates_beyond_measure_is_left_out()
    {
        byte[][] pixel = [[0]];
        var bomb = new PngFile(1, 1, 8, 0).Rows(pixel);
        for (var i = 0; i < 8; i++) bomb.Chunk("zTXt", [.. Encoding.ASCII.GetBytes($"bomb{i}\0\0"), .. PngFile.Deflate(new byte[6 << 20])]);
        Assert.True(Picture.Load(bomb.End()).Text.Count <= 2);
    }

    [Theory]
    [InlineData(""), InlineData(" edge"), InlineData("two  spaces"), InlineData("更大")]
    public void A_keyword_that_PNG_cannot_hold_is_refused(string keyword)
    {
        var options = new SaveOptions { Text = new Dictionary<string, string> { [keyword] = "x" } };
        Assert.Throws<PictureException>(() => Pixels.Slopes(8, 8, 3, 8).Encode(PictureFormat.Png, options));
    }

    [Theory]
    [InlineData(PictureFormat.Png), InlineData(PictureFormat.Jpeg), InlineData(PictureFormat.Webp), InlineData(PictureFormat.Tiff)]
    public void Stripping_leaves_the_profile_alone(PictureFormat format)
    {
        var kept = Picture.Load(Pixels.Slopes(48, 32, 3, 8).WithMetadata(Full).Encode(format, new SaveOptions { Strip = true })).Metadata;
        Assert.True(kept.Exif.IsEmpty);
        Assert.True(kept.Xmp.IsEmpty);
        Assert.Empty(kept.Text);
        Assert.False(kept.IccProfile.IsEmpty);
    }

    [Fact]
    public void An_XMP_orientation_that_was_applied_is_reset()
    {
        var packet = Encoding.UTF8.GetBytes("<rdf:Description tiff:Orientation=\"6\"/>");
        var png = Pixels.Slopes(8, 8, 3, 8).WithMetadata(new PictureMetadata { Xmp = packet }).Encode(PictureFormat.Png);
        Assert.Contains("tiff:Orientation=\"1\"", Encoding.UTF8.GetString(Picture.Load(png).Metadata.Xmp.Span), StringComparison.Ordinal);
    }

    /// <summary>libvips's own profile, for codecs look closely at them.</summary>
    private static byte[] SrgbProfile()
    {
        var profile = new MemoryStream();
        using var load = new VipsOperation("profile_load").Set("name", "srgb");
        load.Run().CopyBlobTo(bytes => bytes.CopyTo(profile), "profile");
        return profile.ToArray();
    }
}
