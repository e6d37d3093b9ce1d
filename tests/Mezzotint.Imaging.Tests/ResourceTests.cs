using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging.Tests;

/// <summary>Counters of the whole process: these run while no other test does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class ResourceTests
{
    [Fact]
    public void Two_hundred_pictures_leave_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var picture = Pixels.Slopes(64, 48, 3, 8);
        var files = Codecs.Available.Select(format => picture.Encode(format)).ToArray();
        var path = folder.Write("picture", files[0]);
        for (var i = 0; i < 200; i++)
        {
            var file = files[i % files.Length];
            Assert.Equal(64, Picture.Load(file).Width);
            Assert.Equal(64, Picture.Load(path).Width);
            Assert.Equal(64, Picture.ReadHeader(path).Width);
            Assert.Throws<PictureException>(() => Picture.Load(file.AsSpan(0, file.Length / 2)));
            Picture.Load(file).Encode((PictureFormat)(i % 4));
        }

        Assert.Equal((0, (nuint)0, 0), (Native.vips_tracked_get_allocs(), Native.vips_tracked_get_mem(), Native.vips_tracked_get_files()));
    }

    [Fact]
    public void Many_threads_load_and_save_at_once()
    {
        var picture = Pixels.Noise(new Random(1), 80, 60, 3, 8);
        var expected = Pixels.Of(picture);
        var whole = picture.Encode(PictureFormat.Png);
        var errors = 0;
        Parallel.For(0, 120, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            Assert.Equal(expected, Pixels.Of(Picture.Load(whole)));
            Assert.Equal(expected, Pixels.Of(Picture.Load(picture.Encode(PictureFormat.Tiff))));
            var error = Assert.Throws<PictureException>(() => Picture.Load(whole.AsSpan(0, whole.Length - 1 - i)));
            Assert.StartsWith("The picture: the PNG is damaged or cut short", error.Message, StringComparison.Ordinal);
            Interlocked.Increment(ref errors);
        });
        Assert.Equal(120, errors);
    }
}
