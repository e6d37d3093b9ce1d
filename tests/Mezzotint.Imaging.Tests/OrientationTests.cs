using System.Drawing;

namespace Mezzotint.Imaging.Tests;

public sealed class OrientationTests
{
    // What each orientation stores, for the upright picture  a b c / d e f  (EXIF 2.32, 4.6.4: which side the 0th row and column are).
    private static readonly string[][] Stored =
    [
        ["abc", "def"], ["cba", "fed"], ["fed", "cba"], ["def", "abc"],
        ["ad", "be", "cf"], ["cf", "be", "ad"], ["fc", "eb", "da"], ["da", "eb", "fc"],
    ];

    public static TheoryData<int> All => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory, MemberData(nameof(All))]
    public void Stored_pixels_are_turned_upright(int orientation)
    {
        var rows = Stored[orientation - 1];
        var stored = string.Concat(rows).Select(letter => (byte)letter).ToArray();
        var upright = new byte[stored.Length];
        Orientation.OfExif(orientation).Turn<byte>(stored, new Size(rows[0].Length, rows.Length), 1, upright);
        Assert.Equal("abcdef", string.Concat(upright.Select(letter => (char)letter)));
    }

    [Theory, MemberData(nameof(All))]
    public void A_JPEG_loads_upright_and_its_tag_is_reset(int orientation)
    {
        // Blocks of 16 x 16 so that the JPEG keeps each letter's grey.
        var rows = Stored[orientation - 1];
        var stored = Pixels.Make(rows[0].Length * 16, rows.Length * 16, 1, 8, (x, y, _) => (rows[y / 16][x / 16] - 'a') * 0.15);
        foreach (var bigEndian in (bool[])[false, true])
        {
            var file = ExifBlock.InJpeg(stored.Encode(PictureFormat.Jpeg), ExifBlock.Make(orientation, bigEndian));

            var picture = Picture.Load(file);

            Assert.Equal((48, 32), (picture.Width, picture.Height));
            for (var i = 0; i < 6; i++)
                Assert.InRange(picture[(i % 3 * 16) + 8, (i / 3 * 16) + 8, 0], (i * 0.15 * 256) - 3, (i * 0.15 * 256) + 3);
            Assert.Equal(ExifBlock.Make(1, bigEndian, 48, 32), picture.Metadata.Exif.ToArray());
            Assert.Equal(Pixels.Of(picture), Pixels.Of(Picture.Load(picture.Encode(PictureFormat.Png))));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_PNG_and_a_TIFF_load_upright(int orientation)
    {
        var rows = Stored[orientation - 1];
        var bytes = rows.Select(row => row.Select(letter => (byte)letter).ToArray()).ToArray();
        var (width, height) = (rows[0].Length, rows.Length);
        var png = new PngFile(width, height, 8, 0).Rows(bytes).Chunk("eXIf", ExifBlock.Make(orientation)).End();
        var tiff = TiffFile.Make(
            TiffFile.Plain(bytes.SelectMany(row => row).ToArray(), (uint)width, (uint)height, 1, 8, 1, 1, (uint)orientation));
        foreach (var file in (byte[][])[png, tiff])
        {
            var picture = Picture.Load(file);
            Assert.Equal((3, 2), (picture.Width, picture.Height));
            Assert.Equal("abcdef", string.Concat(Pixels.Of(picture).Select(letter => (char)letter)));
        }
    }

    [Fact]
    public void A_header_tells_the_upright_size()
    {
        using var folder = new TemporaryFolder();
        var jpeg = ExifBlock.InJpeg(Pixels.Slopes(40, 24, 3, 8).Encode(PictureFormat.Jpeg), ExifBlock.Make(6));
        Assert.Equal(new PictureHeader(PictureFormat.Jpeg, 24, 40, 3, 8, false, 1), Picture.ReadHeader(folder.Write("turned.jpg", jpeg)));
    }

    [Fact]
    public void An_EXIF_block_that_makes_no_sense_is_left_alone()
    {
        var random = new Random(1);
        var jpeg = Pixels.Slopes(16, 16, 3, 8).Encode(PictureFormat.Jpeg);
        var block = ExifBlock.Make(6);
        for (var trial = 0; trial < 300; trial++)
        {
            var broken = block.ToArray();
            for (var i = 0; i < 3; i++) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            var picture = Picture.Load(ExifBlock.InJpeg(jpeg, broken[..random.Next(8, broken.Length + 1)]));
            Assert.Equal((16, 16), (picture.Width, picture.Height));
        }
    }
}
