using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data.Pairs;

public sealed class LabelSchemeTests
{
    [Fact]
    public void Numbers_are_classes_and_void_ones_say_nothing()
    {
        using var folder = new TemporaryFolder();
        Picture.FromSamples([0, 1, 2, 255], 2, 2, 1).Save(folder["a.png"]);
        LabelMap map = new LabelScheme(3, [255]).Read(folder["a.png"]);
        Assert.Equal([0, 1, 2, 3], map.Values);
        Assert.Equal([0, 1, 3, 3], new LabelScheme(3, [2, 255]).Read(folder["a.png"]).Values);
    }

    [Fact]
    public void A_label_out_of_range_is_named_with_its_file_and_place()
    {
        using var folder = new TemporaryFolder();
        Picture.FromSamples([0, 1, 2, 37, 0, 0], 3, 2, 1).Save(folder["street.png"]);
        string message = Assert.Throws<TrainingDataException>(() => new LabelScheme(12).Read(folder["street.png"])).Message;
        Assert.Contains("street.png", message);
        Assert.Contains("label 37 at column 0, row 1", message);
        Assert.Contains("data.void", message);
    }

    [Fact]
    public void The_scan_before_a_training_finds_it_and_counts_what_never_occurs()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["A"]);
        Directory.CreateDirectory(folder["B"]);
        for (int i = 0; i < 3; i++)
        {
            Picture.FromSamples([0, 0, 2, 3], 2, 2, 1).Save(folder[$"A/{i}_label.png"]);
            Picture.FromSamples(new byte[12], 2, 2, 3).Save(folder[$"B/{i}.png"]);
        }

        PairScan scan = PairScan.Of(PairSet.Folders(folder["A"], folder["B"], scheme: new LabelScheme(5)));
        Assert.Equal([6, 0, 3, 3, 0, 0], scan.ClassPixels);
        Assert.Equal([1, 4], scan.Absent);
        string message = Assert.Throws<TrainingDataException>(
            () => PairScan.Of(PairSet.Folders(folder["A"], folder["B"], scheme: new LabelScheme(3)))).Message;
        Assert.Contains("0_label.png", message);
    }

    [Fact]
    public void Colours_become_the_classes_of_the_palettes_lines()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.yaml"], "# of a street\n\"#ff0000\": wall\n#00ff00 tree\n0 0 255 open sky\n");
        Palette palette = Palette.Read(folder["a.yaml"]);
        Assert.Equal(["wall", "tree", "open sky"], palette.Entries.Select(entry => entry.Name));
        Picture.FromSamples([0, 0, 255, 255, 0, 0], 2, 1, 3).Save(folder["a.png"]);
        Assert.Equal([2, 0], new LabelScheme(3, palette: palette).Read(folder["a.png"]).Values);

        Picture.FromSamples([0, 0, 254, 255, 0, 0], 2, 1, 3).Save(folder["b.png"]);
        string message = Assert.Throws<TrainingDataException>(() => new LabelScheme(3, palette: palette).Read(folder["b.png"])).Message;
        Assert.Contains("#0000fe at column 0, row 0", message);
        Assert.Contains("a.yaml:1", Assert.Throws<TrainingDataException>(() => Palette.Read(Bad())).Message);

        string Bad()
        {
            File.WriteAllText(folder["bad-a.yaml"], "wall\n");
            return folder["bad-a.yaml"];
        }
    }

    [Fact]
    public void Colours_of_a_jpeg_are_those_nearest()
    {
        using var folder = new TemporaryFolder();
        var palette = new Palette([new("wall", 0x0000aa), new("door", 0xaa0000)]);
        byte[] pixels = [.. Enumerable.Range(0, 256).SelectMany(i => i % 16 < 8 ? new byte[] { 0, 0, 0xaa } : [0xaa, 0, 0])];
        Picture.FromSamples(pixels, 16, 16, 3).Save(folder["a.jpg"], new SaveOptions { Quality = 95 });
        LabelMap map = new LabelScheme(2, palette: palette).Read(folder["a.jpg"]);
        Assert.All(Enumerable.Range(0, 256).Where(i => i % 16 is not (7 or 8)), i => Assert.Equal(i % 16 < 8 ? 0 : 1, map.Values[i]));
    }

    [Fact]
    public void A_pngs_palette_gives_its_indices_back()
    {
        // Two colours, four pixels of one byte each: 1 0 0 1; written by hand, since our writer makes no palettes.
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["p.png"], PalettePng.Make(2, 2, [1, 0, 0, 1], [(9, 9, 9), (200, 0, 0)]));
        Assert.Equal([1, 0, 0, 1], new LabelScheme(2).Read(folder["p.png"]).Values);
    }

    [Fact]
    public void Instances_of_16_bits_are_read_as_they_are()
    {
        using var folder = new TemporaryFolder();
        Picture.FromSamples(new ushort[] { 7, 26_001, 26_002, 65_535 }, 2, 2, 1).Save(folder["i.png"]);
        Assert.Equal([7, 26_001, 26_002, 65_535], LabelMap.ReadInstances(folder["i.png"]).Values);
        Picture.FromSamples([1, 2, 3, 0, 0, 0], 2, 1, 3).Save(folder["rgb.png"]);
        Assert.Equal([1 + 256 * 2 + 65_536 * 3, 0], LabelMap.ReadInstances(folder["rgb.png"]).Values);
    }

    [Fact]
    public void Labels_are_resized_to_the_nearest_and_never_mixed()
    {
        var map = new LabelMap(4, 2, [0, 9, 9, 5, 0, 0, 9, 5]);
        Assert.Equal([9, 5], map.Resize(2, 1).Values.Select(value => value == 0 ? 9 : value));
        Assert.Equal([0, 0, 9, 9, 9, 9, 5, 5], map.Resize(8, 2).Values[..8]);
    }
}
