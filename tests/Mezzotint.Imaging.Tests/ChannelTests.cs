using System.Runtime.InteropServices;
using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging.Tests;

public sealed class ChannelTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(5), InlineData(13)]
    public void A_TIFF_of_16_bit_bands_keeps_every_value(int channels)
    {
        ushort[] samples = [.. Enumerable.Range(0, 64 * 48 * channels).Select(i => (ushort)(i * 7919))];
        Picture picture = Picture.FromSamples(samples, 64, 48, channels), again = Picture.Load(picture.Encode(PictureFormat.Tiff));
        Assert.Equal((64, 48, channels, 16), (again.Width, again.Height, again.Channels, again.BitDepth));
        var words = new ushort[samples.Length];
        again.CopyTo(words);
        Assert.Equal(samples, words);
    }

    [Fact]
    public void A_rectangle_a_channel_and_the_brightness_are_those_of_the_samples()
    {
        ushort[] samples = [.. Enumerable.Range(0, 5 * 4 * 3).Select(i => (ushort)(i * 1000))];
        Picture picture = Picture.FromSamples(samples, 5, 4, 3);
        var part = new float[2 * 3 * 3];
        picture.CopyTo(1, 1, 2, 3, part);
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 2; x++)
                for (int c = 0; c < 3; c++)
                    Assert.Equal(picture[x + 1, y + 1, c] / 65535f, part[(y * 2 + x) * 3 + c]);
        Assert.Equal(picture[4, 3, 2], picture.Channel(2)[4, 3, 0]);
        Assert.Equal((int)Math.Round(0.299 * samples[0] + 0.587 * samples[1] + 0.114 * samples[2]), picture.ToGrey()[0, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.CopyTo(4, 0, 2, 1, part));
        Assert.Throws<ArgumentException>(() => picture.CopyTo(0, 0, 5, 4, part));
    }

    [Theory]
    [InlineData("LINUX", "libvips.so.42", "sudo apt-get install libvips42", "LD_LIBRARY_PATH")]
    [InlineData("OSX", "libvips.42.dylib", "brew install vips", "/opt/homebrew/lib/")]
    [InlineData("WINDOWS", "libvips-42.dll", "build-win64-mxe/releases", "PATH")]
    public void Where_libvips_is_missing_one_sentence_says_what_to_install_and_where_it_was_looked_for(
        string system, string library, string install, string place)
    {
        string sentence = LibvipsPlaces.For(OSPlatform.Create(system)).Missing();
        Assert.All((string[])[library, install, place], part => Assert.Contains(part, sentence, StringComparison.Ordinal));
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", sentence, StringComparison.Ordinal);
    }
}
