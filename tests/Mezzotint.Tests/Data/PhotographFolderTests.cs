using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data;

public sealed class PhotographFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PhotographFolderTests()
    {
        Directory.CreateDirectory(_folder["b/sub"]);
        Directory.CreateDirectory(_folder["a"]);
        Save("b/2.png", 33, 25);
        Save("b/10.jpg", 40, 30);
        Save("b/sub/x.PNG", 36, 36);
        Save("a/Z.png", 32, 24);
        File.WriteAllText(_folder["b/notes.txt"], "not a picture, and not called one");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_are_found_in_subfolders_and_ordered_by_name_alone()
    {
        var found = PhotographFolder.Open([_folder["b"], _folder["a"]]);
        Assert.Equal(["10.jpg", "2.png", "sub/x.PNG", "Z.png"], found.Photographs.Select(photograph => photograph.Name));
        Assert.Equal((33, 25), (found.Photographs[1].Width, found.Photographs[1].Height));
        Assert.Empty(found.Skipped);
    }

    [Fact]
    public void Links_to_folders_are_followed_but_not_back_to_where_they_lie()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making links takes rights there");
        Directory.CreateSymbolicLink(_folder["b/sub/back"], "..");
        Directory.CreateSymbolicLink(_folder["b/elsewhere"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["a/home"], _folder["b"]);
        Directory.CreateSymbolicLink(_folder["entry"], _folder["b"]);
        foreach (string root in (string[])["b", "entry"])
            Assert.Equal(["10.jpg", "2.png", "elsewhere/Z.png", "sub/x.PNG"], PhotographFolder.Open([_folder[root]]).Photographs.Select(photograph => photograph.Name));
    }

    [Fact]
    public void The_fingerprint_tells_a_lost_or_changed_file()
    {
        string before = PhotographFolder.Open([_folder["b"]]).Fingerprint;
        Assert.Equal(before, PhotographFolder.Open([_folder["b"]]).Fingerprint);
        File.Delete(_folder["b/2.png"]);
        Assert.NotEqual(before, PhotographFolder.Open([_folder["b"]]).Fingerprint);
    }

    [Fact]
    public void One_broken_file_and_those_too_small_are_skipped_with_a_reason_and_two_broken_ones_are_refused()
    {
        File.WriteAllText(_folder["b/broken.png"], "no picture");
        var found = PhotographFolder.Open([_folder["b"]], smallestSide: 30);
        Assert.Equal(["10.jpg", "sub/x.PNG"], found.Photographs.Select(photograph => photograph.Name));
        Assert.Equal([(false, "2.png"), (true, "broken.png")],
            found.Skipped.Select(skipped => (skipped.Broken, Path.GetFileName(skipped.Path))));
        Assert.Contains("33x25 pixels; a crop needs 30", found.Skipped[0].Reason);
        File.WriteAllText(_folder["b/broken too.png"], "");
        Assert.Contains("2 of 5 pictures are broken", Fault(() => PhotographFolder.Open([_folder["b"]])));
    }

    [Fact]
    public void Missing_and_empty_folders_are_named()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("There is no folder", Fault(() => PhotographFolder.Open([_folder["none"]])));
        Assert.Contains("no picture file is in them", Fault(() => PhotographFolder.Open([_folder["empty"]])));
        Assert.Contains("No folder of photographs was named", Fault(() => PhotographFolder.Open([])));
        Assert.Contains("a crop needs 500", Fault(() => PhotographFolder.Open([_folder["b"]], 500)));
    }

    [Fact]
    public void Pairs_are_the_cropped_picture_and_its_bicubic_reduction()
    {
        var found = PhotographFolder.Open([_folder["b"]]);
        var pair = new BicubicPairs(found, 4, long.MaxValue).Get(1)!;
        Assert.Equal((8, 6, 4), (pair.LowWidth, pair.LowHeight, pair.Scale));
        var high = Picture.Load(_folder["b/2.png"]).Crop(0, 0, 32, 24);
        Assert.Equal(Bytes(high), Bytes(pair.High));
        Assert.Equal(Bytes(high.Resize(8, 6)), Bytes(pair.Low));
    }

    [Fact]
    public void Grey_and_alpha_become_plain_colour_and_16_bits_stay()
    {
        foreach (int channels in (int[])[1, 2, 4])
        {
            var picture = Picture.FromFloats([.. Enumerable.Repeat(1f, 16 * 8 * channels)], 16, 8, channels, bitDepth: 16);
            var pair = BicubicPairs.Make(picture, 2);
            Assert.All(pair.High.ToFloats(), value => Assert.Equal(1, value));
            Assert.Equal((16, 8, 3, 16), (pair.High.Width, pair.High.Height, pair.High.Channels, pair.High.BitDepth));
            Assert.Equal((8, 4, 3, 16), (pair.Low.Width, pair.Low.Height, pair.Low.Channels, pair.Low.BitDepth));
        }
    }

    [Fact]
    public void What_does_not_fit_the_cache_is_made_anew_and_is_the_same()
    {
        var found = PhotographFolder.Open([_folder["b"]]);
        var roomy = new BicubicPairs(found, 2, long.MaxValue);
        var tight = new BicubicPairs(found, 2, cacheBytes: 5_000);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < found.Photographs.Count; i++)
            {
                Assert.Equal(Bytes(roomy.Get(i)!.Low), Bytes(tight.Get(i)!.Low));
                Assert.Equal(Bytes(roomy.Get(i)!.High), Bytes(tight.Get(i)!.High));
            }
        }
        Assert.Same(roomy.Get(0), roomy.Get(0));
        Assert.InRange(tight.CachedBytes, 1, 5_000);
    }

    [Fact]
    public void Photographs_are_learned_from_at_each_size_that_is_large_enough_for_a_crop()
    {
        var found = PhotographFolder.Open([_folder["b"]]);
        double[] sizes = [1, 0.75, 0.5];
        int smallest = found.Photographs.Max(photograph => Math.Min(photograph.Width, photograph.Height)) * 3 / 4;
        var pairs = new BicubicPairs(found, 2, long.MaxValue, sizes: sizes, smallestSide: smallest);
        (Photograph Photograph, int Width, int Height)[] expected =
        [
            .. found.Photographs
                .SelectMany(photograph => sizes, (photograph, size) =>
                    (photograph, Width: (int)Math.Round(photograph.Width * size), Height: (int)Math.Round(photograph.Height * size)))
                .Where(member => Math.Min(member.Width, member.Height) >= smallest),
        ];
        Assert.InRange(expected.Length, 2, 3 * found.Photographs.Count - 1);
        Assert.Equal(expected.Length, pairs.Count);
        for (int i = 0; i < pairs.Count; i++)
        {
            (Photograph photograph, int width, int height) = expected[i];
            Picture reduced = Picture.Load(photograph.Path).Resize(width, height);
            Assert.Equal(Bytes(BicubicPairs.Make(reduced, 2).High), Bytes(pairs.Get(i)!.High));
            Assert.Equal(Bytes(BicubicPairs.Make(reduced, 2).Low), Bytes(pairs.Get(i)!.Low));
        }

        Assert.Contains("large enough", Fault(() => _ = new BicubicPairs(found, 2, 0, sizes: [0.1], smallestSide: 100_000)));
    }

    [Fact]
    public void A_file_whose_pixels_are_cut_short_is_reported_once_and_skipped_and_a_second_one_is_refused()
    {
        CutShort("b/10.jpg");
        var reports = new List<SkippedFile>();
        var pairs = new BicubicPairs(PhotographFolder.Open([_folder["b"]]), 2, long.MaxValue, reports.Add);
        Assert.Null(pairs.Get(0));
        Assert.Null(pairs.Get(0));
        Assert.NotNull(pairs.Get(1));
        Assert.Contains("10.jpg", Assert.Single(reports).Reason);
        CutShort("b/sub/x.PNG");
        Assert.Contains("x.PNG' has changed", Fault(() => pairs.Get(2)));
        var broken = new BicubicPairs(PhotographFolder.Open([_folder["b"]]), 2, long.MaxValue);
        Assert.Contains("2 of 3 pictures are broken", Fault(() => broken.Get(0))); // the PNG's damage was seen when it was opened
    }

    private static string Fault(Action act) => Assert.Throws<TrainingDataException>(act).Message;

    private static byte[] Bytes(Picture picture)
    {
        byte[] bytes = new byte[picture.Width * picture.Height * 3];
        picture.CopyTo(bytes);
        return bytes;
    }

    private void Save(string name, int width, int height) =>
        Picture.FromFloats(TestScene.Render(width, height, 1), width, height, 3).Save(_folder[name]);

    private void CutShort(string name)
    {
        byte[] bytes = File.ReadAllBytes(_folder[name]);
        File.WriteAllBytes(_folder[name], bytes[..(bytes.Length * 3 / 4)]);
    }
}
