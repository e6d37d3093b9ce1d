using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data;

public sealed class ImageSetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_images_and_labels_are_read_packed_or_not(bool packed)
    {
        WriteDigits("train", 5, packed);
        WriteDigits("t10k", 3, packed);
        ImageSetRecipe recipe = Recipe("") with { Validation = _folder.Path };
        IImageSet train = ImageSets.Open(recipe), test = ImageSets.OpenValidation(recipe)!;
        Assert.Equal((5, 4, 2, 1), (train.Count, train.Width, train.Height, train.Channels));
        Assert.Equal(3, test.Count);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], train.Classes);
        Assert.Equal([0, 9, 8, 7, 6], Enumerable.Range(0, 5).Select(train.ClassOf));
        for (int i = 0; i < 5; i++)
        {
            float[] samples = Read(train, i);
            for (int j = 0; j < 8; j++) Assert.Equal((i * 8 + j) / 255f, samples[j]);
        }
    }

    [Fact]
    public void A_single_images_file_will_do_without_labels()
    {
        File.WriteAllBytes(_folder["letters"], IdxBytes.Of(new byte[2 * 3 * 3 * 3], 2, 3, 3, 3));
        IImageSet set = ImageSets.Open(Recipe("letters"));
        Assert.Equal((2, 3, 3, 3), (set.Count, set.Width, set.Height, set.Channels));
        Assert.Empty(set.Classes);
        Assert.Equal(0, set.ClassOf(1));
    }

    [Fact]
    public void Broken_idx_files_are_named_with_what_is_wrong()
    {
        byte[] good = IdxBytes.Of(new byte[4 * 4 * 3], 3, 4, 4);
        Assert.Contains("has 63 bytes where its header promises 64", Broken(good[..^1]));
        Assert.Contains("has 65 bytes where its header promises 64", Broken([.. good, 0]));
        Assert.Contains("ends in item 3 of 3; it was cut short", Broken(IdxBytes.Pack(good[..^1])));
        Assert.Contains("goes on after its 3 items", Broken(IdxBytes.Pack([.. good, 0])));
        Assert.Contains("ends within its header", Broken(good[..9]));
        Assert.Contains("begins with 00000D03", Broken([0, 0, 0x0D, 3, .. good[4..]]));
        Assert.Contains("0 x 4 x 4 elements", Broken(IdxBytes.Of([], 0, 4, 4)));
        Assert.Contains("-1 x 4 x 4 elements", Broken(IdxBytes.Of([], -1, 4, 4)));
        Assert.Contains("the extents 48", Broken(IdxBytes.Of(new byte[48], 48)));
        byte[] packed = IdxBytes.Pack(good);
        Assert.Contains("'" + _folder["images-idx3"], Broken(packed[..(packed.Length / 2)]));
    }

    [Fact]
    public void A_header_that_promises_terabytes_costs_no_memory()
    {
        byte[] lie = IdxBytes.Of(new byte[16], int.MaxValue, int.MaxValue, int.MaxValue);
        Assert.Contains("data.cacheMegabytes", Broken(lie));
        Assert.Contains("data.cacheMegabytes", Broken(IdxBytes.Pack(lie)));

        // Within the limit, and packed so that its length is unknown: it is read until it ends.
        byte[] smaller = IdxBytes.Pack(IdxBytes.Of(new byte[16], 1 << 20, 32, 32));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("ends in item 1 of 1048576", Broken(smaller));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Labels_must_be_as_many_as_images()
    {
        File.WriteAllBytes(_folder["images-idx3"], IdxBytes.Of(new byte[3 * 4], 3, 2, 2));
        File.WriteAllBytes(_folder["labels-idx1"], IdxBytes.Of(new byte[2], 2));
        Assert.Contains("has 2 labels, and", Fault(Recipe("images-idx3")));
    }

    [Fact]
    public void A_photograph_is_resized_by_its_shorter_side_and_its_middle_is_cut_out()
    {
        Picture wide = Save("photos/a.png", 64, 32, 1);
        Save("photos/b.png", 30, 50, 2);
        IImageSet set = ImageSets.Open(Recipe("photos") with { Size = 16 });
        Assert.Equal((2, 16, 16, 3), (set.Count, set.Width, set.Height, set.Channels));
        Assert.Empty(set.Classes);
        Assert.Equal(wide.Resize(32, 16).Crop(8, 0, 16, 16).ToFloats(), Read(set, 0));

        IImageSet stretched = ImageSets.Open(Recipe("photos") with { Size = 16, Fit = ImageFit.Stretch });
        Assert.Equal(wide.Resize(16, 16).ToFloats(), Read(stretched, 0));

        IImageSet padded = ImageSets.Open(Recipe("photos") with { Size = 16, Fit = ImageFit.Pad });
        float[] samples = Read(padded, 0);
        Assert.All(samples[..(4 * 16 * 3)], sample => Assert.Equal(0, sample));
        Assert.Equal(wide.Resize(16, 8).ToFloats(), samples[(4 * 16 * 3)..(12 * 16 * 3)]);
    }

    [Fact]
    public void Photographs_of_several_sizes_need_a_size_and_those_of_one_do_not()
    {
        Save("same/a.png", 20, 10, 1);
        Save("same/b.png", 20, 10, 2);
        IImageSet set = ImageSets.Open(Recipe("same"));
        Assert.Equal((20, 10), (set.Width, set.Height));
        Save("same/c.png", 10, 20, 3);
        Assert.Contains("'c.png' 10x20); set data.size", Fault(Recipe("same")));
    }

    [Fact]
    public void Colour_becomes_grey_by_luma()
    {
        Directory.CreateDirectory(_folder["one"]);
        Picture.FromSamples([255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90], 4, 1, 3).Save(_folder["one/a.png"]);
        float[] samples = Read(ImageSets.Open(Recipe("one") with { Channels = 1 }), 0);
        Assert.Equal([76, 150, 29, 90], samples.Select(sample => (int)MathF.Round(sample * 255)));
    }

    [Fact]
    public void A_folder_of_folders_has_classes_by_name()
    {
        Save("pets/dog/1.png", 8, 8, 1);
        Save("pets/cat/young/7.png", 8, 8, 2);
        Save("pets/cat/2.png", 8, 8, 3);
        Directory.CreateDirectory(_folder["pets/empty"]);
        IImageSet set = ImageSets.Open(Recipe("pets"));
        Assert.Equal(["cat", "dog"], set.Classes);
        Assert.Equal([0, 0, 1], Enumerable.Range(0, 3).Select(set.ClassOf));
        Assert.Empty(ImageSets.Open(Recipe("pets") with { Layout = ImageLayout.Folder }).Classes);

        IImageSet dogs = ImageSets.Open(Recipe("pets") with { Classes = ["dog"] });
        Assert.Equal((1, 0), (dogs.Count, dogs.ClassOf(0)));
        Assert.Equal(Read(set, 2), Read(dogs, 0));
        Assert.Contains("no class 'cow'", Fault(Recipe("pets") with { Classes = ["cow"] }));
        Assert.Equal(2, ImageSets.Open(Recipe("pets") with { Limit = 1 }).Count);
    }

    [Fact]
    public void Each_row_of_a_sheet_is_an_image()
    {
        Directory.CreateDirectory(_folder["sheets"]);
        byte[] rows = [.. Enumerable.Range(0, 3 * 16 * 3).Select(i => (byte)i)];
        Picture.FromSamples(rows, 16, 3, 3).Save(_folder["sheets/a.png"]);
        ImageSetRecipe recipe = Recipe("sheets") with { Layout = ImageLayout.Sheets };
        IImageSet set = ImageSets.Open(recipe);
        Assert.Equal((3, 4, 4, 3), (set.Count, set.Width, set.Height, set.Channels));
        for (int i = 0; i < 3; i++) Assert.Equal(rows[(i * 48)..(i * 48 + 48)], Read(set, i).Select(sample => (byte)MathF.Round(sample * 255)));
        Picture.FromSamples(rows, 48, 1, 3).Save(_folder["sheets/b.png"]);
        Assert.Contains("rows of 48 pixels", Fault(recipe));
    }

    [Fact]
    public void Several_folders_are_one_set()
    {
        Save("a/cat/1.png", 8, 8, 1);
        Save("a/dog/1.png", 8, 8, 2);
        Save("b/ant/1.png", 8, 8, 3);
        Save("b/cat/1.png", 8, 8, 4);
        IImageSet set = ImageSets.Open(Recipe("a") with { Train = [_folder["a"], _folder["b"]] });
        Assert.Equal(["ant", "cat", "dog"], set.Classes);
        Assert.Equal([1, 2, 0, 1], Enumerable.Range(0, 4).Select(set.ClassOf));
        Assert.Equal(Read(ImageSets.Open(Recipe("b")), 1), Read(set, 3));
    }

    [Fact]
    public void The_fingerprint_tells_a_lost_or_changed_file()
    {
        Save("photos/a.png", 8, 8, 1);
        Save("photos/b.png", 8, 8, 2);
        WriteDigits("train", 4, packed: true);
        string photos = ImageSets.Open(Recipe("photos")).Fingerprint, digits = ImageSets.Open(Recipe("train-images-idx3-ubyte.gz")).Fingerprint;
        Assert.Equal(photos, ImageSets.Open(Recipe("photos")).Fingerprint);
        File.Delete(_folder["photos/b.png"]);
        Assert.NotEqual(photos, ImageSets.Open(Recipe("photos")).Fingerprint);
        File.WriteAllBytes(_folder["train-labels-idx1-ubyte.gz"], IdxBytes.Pack(IdxBytes.Of([1, 2, 3, 4], 4)));
        Assert.NotEqual(digits, ImageSets.Open(Recipe("train-images-idx3-ubyte.gz")).Fingerprint);
    }

    [Fact]
    public void A_picture_whose_pixels_are_cut_short_is_reported_and_another_of_its_class_stands_in()
    {
        for (int i = 0; i < 3; i++) Save($"set/x/{i}.jpg", 40, 40, i);
        Save("set/y/0.png", 40, 40, 3);
        byte[] bytes = File.ReadAllBytes(_folder["set/x/2.jpg"]);
        File.WriteAllBytes(_folder["set/x/2.jpg"], bytes[..(bytes.Length * 3 / 4)]);
        var reports = new List<SkippedFile>();
        IImageSet set = ImageSets.Open(Recipe("set"), reports.Add);
        Assert.Equal(Read(set, 0), Read(set, 2));
        Assert.Equal(Read(set, 0), Read(set, 2));
        Assert.Contains("2.jpg", Assert.Single(reports).Reason);
    }

    [Fact]
    public void Photographs_beyond_the_cache_are_decoded_anew_and_are_the_same()
    {
        Save("photos/a.png", 40, 30, 1);
        ImageSetRecipe recipe = Recipe("photos") with { Size = 20 };
        Assert.Equal(Read(ImageSets.Open(recipe), 0), Read(ImageSets.Open(recipe with { CacheMegabytes = 0 }), 0));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Contains("no file or folder '" + _folder["none"], Fault(Recipe("none")));
        Assert.Contains("names no images", Assert.Throws<TrainingDataException>(() => ImageSets.Open(new ImageSetRecipe())).Message);
        File.WriteAllText(_folder["text"], "text");
        Assert.Contains("is no file of images", Fault(Recipe("text")));
    }

    [Fact]
    public void The_digits_are_those_of_their_publication()
    {
        ImageSetRecipe recipe = new() { Train = [SharedData.Path("mnist")], Validation = SharedData.Path("mnist") };
        IImageSet train = ImageSets.Open(recipe), test = ImageSets.OpenValidation(recipe)!;
        Assert.Equal((60_000, 10_000, 28, 28, 1), (train.Count, test.Count, train.Width, train.Height, train.Channels));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], Enumerable.Range(0, 10).Select(train.ClassOf));
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], Enumerable.Range(0, 10).Select(test.ClassOf));

        // The mean grey of the training digits is .1307.
        var samples = new float[784];
        double sum = 0;
        for (int i = 0; i < train.Count; i++)
        {
            train.Read(i, samples);
            sum += samples.Sum();
        }

        Assert.Equal(0.1307, sum / 784 / train.Count, 4);
    }

    [Fact]
    public void Sheets_and_faces_of_the_shared_data_open()
    {
        IImageSet sheets = ImageSets.Open(new ImageSetRecipe { Train = [SharedData.Path("cifar10-sheets")], Layout = ImageLayout.Sheets });
        Assert.Equal((4_000, 32, 32, 3), (sheets.Count, sheets.Width, sheets.Height, sheets.Channels));
        IImageSet faces = ImageSets.Open(new ImageSetRecipe { Train = [SharedData.Path("faces-att")], Channels = 1, Size = 64 });
        Assert.Equal((400, 40, 64, 64, 1), (faces.Count, faces.Classes.Count, faces.Width, faces.Height, faces.Channels));
    }

    private static float[] Read(IImageSet set, int index)
    {
        var samples = new float[set.Width * set.Height * set.Channels];
        set.Read(index, samples);
        return samples;
    }

    private static string Fault(ImageSetRecipe recipe) => Assert.Throws<TrainingDataException>(() => ImageSets.Open(recipe)).Message;

    private string Broken(byte[] bytes)
    {
        File.WriteAllBytes(_folder["images-idx3"], bytes);
        return Fault(Recipe("images-idx3") with { Layout = ImageLayout.Idx });
    }

    private ImageSetRecipe Recipe(string name) => new() { Train = [_folder[name]] };

    private void WriteDigits(string part, int count, bool packed)
    {
        byte[] images = IdxBytes.Of([.. Enumerable.Range(0, count * 8).Select(i => (byte)i)], count, 2, 4);
        byte[] labels = IdxBytes.Of([.. Enumerable.Range(0, count).Select(i => (byte)((10 - i) % 10))], count);
        string end = packed ? ".gz" : "";
        File.WriteAllBytes(_folder[$"{part}-images-idx3-ubyte{end}"], packed ? IdxBytes.Pack(images) : images);
        File.WriteAllBytes(_folder[$"{part}-labels-idx1-ubyte{end}"], packed ? IdxBytes.Pack(labels) : labels);
    }

    private Picture Save(string name, int width, int height, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        Picture picture = Picture.FromFloats(TestScene.Render(width, height, seed), width, height, 3);
        picture.Save(_folder[name]);
        return picture;
    }
}
