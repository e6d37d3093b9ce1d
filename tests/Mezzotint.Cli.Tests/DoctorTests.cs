using System.Text.Json;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Tests;

public sealed class DoctorTests : IDisposable
{
    // A crop of 8 at scale 2: pictures of 16 and more each way.
    private readonly TemporaryFolder _folder = new();
    private readonly string _recipe;

    public DoctorTests()
    {
        _recipe = _folder["tiny.yaml"];
        File.WriteAllText(_recipe, Sample.Recipe);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Good_photographs_are_clean_and_bad_ones_are_named_by_what_is_wrong()
    {
        for (int i = 0; i < 8; i++) Sample.Write(_folder, $"data/good-{i}.png", 40, 30, seed: i);
        Call clean = Call.Of("doctor", _folder["data"], "--for", _recipe);
        Assert.Equal(ExitCode.Done, clean.ExitCode);
        Assert.Contains("Nothing would break or spoil", clean.Output);

        Sample.Write(_folder, "data/small.png", 15, 30, seed: 20);
        byte[] whole = File.ReadAllBytes(Sample.Write(_folder, "data/cut.jpg", 60, 50, seed: 21));
        File.WriteAllBytes(_folder["data/cut.jpg"], whole[..(whole.Length / 2)]);
        byte[] png = File.ReadAllBytes(_folder["data/good-0.png"]);
        File.WriteAllBytes(_folder["data/cut.png"], png[..(png.Length / 2)]);
        File.WriteAllText(_folder["data/page.jpg"], "<!DOCTYPE html><title>Not found</title>");
        File.WriteAllBytes(_folder["data/empty.png"], []);
        File.Copy(_folder["data/good-3.png"], _folder["data/z-again.png"]);
        Sample.Picture(40, 30, seed: 4).Save(_folder["data/z-near.jpg"], new SaveOptions { Quality = 70 });
        Picture.FromSamples([.. Enumerable.Range(0, 20 * 20 * 4).Select(i => (byte)(i * 7))], 20, 20, 4).Save(_folder["data/holes.png"]);
        File.Move(Sample.Write(_folder, "data/named.jpg", 44, 31, seed: 22), _folder["data/named.png"]);
        Directory.CreateDirectory(_folder["data/nothing"]);
        File.WriteAllBytes(_folder["data/moving.gif"], "GIF89a"u8.ToArray());

        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.False(call.Json.GetProperty("clean").GetBoolean());
        Assert.Equal(["small.png"], Files(call, "tiny"));
        Assert.Equal(["cut.jpg", "cut.png", "empty.png"], Files(call, "truncated"));
        Assert.Equal(["page.jpg"], Files(call, "not_a_picture"));
        Assert.Equal(["z-again.png"], Files(call, "duplicate"));
        Assert.Equal(["z-near.jpg"], Files(call, "near_duplicate"));
        Assert.Equal(["holes.png"], Files(call, "transparent"));
        Assert.Equal(["named.png"], Files(call, "wrong_ending"));
        Assert.Equal(["nothing"], Files(call, "empty_folder"));
        Assert.Equal(["moving.gif"], Files(call, "passed_by"));
        Assert.Equal("breaks", Finding(call, "truncated").GetProperty("gravity").GetString()); // four of nineteen are more than training takes
        Assert.Contains("web page", Finding(call, "not_a_picture").GetProperty("files")[0].GetProperty("detail").GetString()!);
    }

    [Fact]
    public void What_is_learned_is_not_to_be_in_the_validation_data()
    {
        for (int i = 0; i < 4; i++) Sample.Write(_folder, $"train/{i}.png", 40, 30, seed: i);
        Directory.CreateDirectory(_folder["valid"]);
        File.Copy(_folder["train/2.png"], _folder["valid/other.png"]);
        Picture.Load(_folder["train/3.png"]).Resize(120, 90).Save(_folder["valid/scaled.jpg"]);
        Sample.Write(_folder, "valid/own.png", 40, 30, seed: 9);
        Call call = Call.Of("doctor", _folder["train"], "--validation", _folder["valid"], "--for", _recipe, "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal(["2.png"], Files(call, "leak"));
        Assert.Equal(["3.png"], Files(call, "near_leak"));
        Assert.Equal(3, call.Json.GetProperty("validation_count").GetInt32());
    }

    [Fact]
    public void A_repair_copies_what_is_good_and_leaves_the_source_as_it_was()
    {
        for (int i = 0; i < 4; i++) Sample.Write(_folder, $"data/sub/{i}.png", 40, 30, seed: i);
        File.Copy(_folder["data/sub/1.png"], _folder["data/again.png"]);
        File.WriteAllText(_folder["data/broken.png"], "no picture");
        Sample.Write(_folder, "data/small.png", 8, 8, seed: 5);
        Picture clear = Picture.FromSamples([.. Enumerable.Range(0, 20 * 20).SelectMany(i => new byte[] { 200, (byte)i, 0, (byte)(i % 2 * 255) })], 20, 20, 4);
        clear.Save(_folder["data/holes.webp"], new SaveOptions { Quality = 100 });
        Dictionary<string, byte[]> before = Contents("data");

        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"]);
        Assert.Equal(ExitCode.Done, call.ExitCode); // of what was made
        Assert.Contains("Examined again", call.Output);
        Assert.Equal(before, Contents("data"));
        Dictionary<string, byte[]> after = Contents("mended");
        Assert.Equal(["again.png", "holes.png", "sub/0.png", "sub/2.png", "sub/3.png"], after.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before["sub/2.png"], after["sub/2.png"]);
        Picture flat = Picture.Load(_folder["mended/holes.png"]);
        Assert.False(flat.HasAlpha);
        Assert.Equal(255, flat[0, 0, 1]); // transparent, so white
        Assert.DoesNotContain(_folder.Content, path => path.Contains(".partial", StringComparison.Ordinal));

        Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"]).Refuses("is there already");
        Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["data/inside"]).Refuses("within one another");
    }

    [Fact]
    public void Pairs_that_do_not_go_together_are_named()
    {
        const string recipe = """
            family: translation
            network:
              depth: 2
            data:
              pairs: folders
              inputs: labels
              targets: photos
              input: numbers
              classes: 4
              load: 16
              crop: 16
            """;
        File.WriteAllText(_recipe, recipe);
        for (int i = 0; i < 5; i++)
        {
            Sample.Write(_folder, $"data/photos/{i}.png", 20, 18, seed: i);
            Directory.CreateDirectory(_folder["data/labels"]);
            Map(20, 18, (x, y) => (byte)((x + y) % 3)).Save(_folder[$"data/labels/{i}_labels.png"]);
        }

        Call absent = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        JsonElement only = Assert.Single(absent.Json.GetProperty("findings").EnumerateArray());
        Assert.Equal("absent_class", only.GetProperty("kind").GetString());
        Assert.Equal("class 3", only.GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal([600, 600, 600, 0], absent.Json.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("train").GetInt32()));

        Map(20, 18, (x, y) => (byte)(x == 0 ? 9 : 3)).Save(_folder["data/labels/1_labels.png"]);
        Map(21, 18, (_, _) => 0).Save(_folder["data/labels/2_labels.png"]);
        File.Delete(_folder["data/photos/3.png"]);
        Sample.Write(_folder, "data/photos/7.png", 20, 18, seed: 7);
        Map(20, 18, (_, _) => 0).Save(_folder["data/labels/strayed.png"]); // which does not end like the others
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal(["1_labels.png"], Files(call, "label_out_of_range"));
        Assert.Equal("label 9 (18 pixels)", Finding(call, "label_out_of_range").GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal(["2.png"], Files(call, "pair_sizes"));
        Assert.Equal(["3_labels.png", "strayed.png", "7.png"], Files(call, "no_partner"));

        Call mended = Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"], "--json");
        Assert.Equal(["absent_class"], mended.Json.GetProperty("findings").EnumerateArray().Select(one => one.GetProperty("kind").GetString()));
        Assert.Equal(["labels/0_labels.png", "labels/4_labels.png", "photos/0.png", "photos/4.png"], Contents("mended").Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_side_by_side_picture_that_is_no_pair_is_told_by_its_width()
    {
        File.WriteAllText(_recipe, "family: translation\nnetwork:\n  depth: 2\ndata:\n  load: 16\n  crop: 16\n");
        for (int i = 0; i < 9; i++) Sample.Write(_folder, $"data/{i}.png", 40, 20, seed: i);
        Sample.Write(_folder, "data/lone.png", 20, 20, seed: 10);
        Sample.Write(_folder, "data/odd.png", 41, 20, seed: 11);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["lone.png"], Files(call, "no_pair"));
        Assert.Equal(["odd.png"], Files(call, "odd_width"));
    }

    [Fact]
    public void Classes_are_counted_and_a_picture_in_two_of_them_is_a_contradiction()
    {
        File.WriteAllText(_recipe, "family: gan\nclasses: 3\ndata:\n  size: 16\n  batch: 2\n");
        for (int i = 0; i < 6; i++) Sample.Write(_folder, $"data/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", 20, 20, seed: i);
        File.Copy(_folder["data/cat/0.png"], _folder["data/dog/zero.png"]);
        Directory.CreateDirectory(_folder["data/eel"]);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal(["0.png", "zero.png"], Files(call, "contradiction"));
        Assert.Equal("class eel", Finding(call, "absent_class").GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal("breaks", Finding(call, "wrong_classes").GetProperty("gravity").GetString());
        Assert.Equal(["cat:3", "dog:4", "eel:0"], call.Json.GetProperty("classes").EnumerateArray()
            .Select(one => $"{one.GetProperty("name").GetString()}:{one.GetProperty("train").GetInt32()}"));
    }

    [Fact]
    public void Grey_among_colour_spoils_a_generator_and_sizes_that_differ_need_a_size()
    {
        File.WriteAllText(_recipe, "family: vae\nnetwork:\n  kind: dense\ndata:\n  size: 16\n  channels: 3\n");
        for (int i = 0; i < 6; i++) Sample.Write(_folder, $"data/{i}.png", 20, 20, seed: i);
        Sample.Picture(20, 20, seed: 7).ToGrey().Save(_folder["data/grey.png"]);
        Sample.Picture(20, 20, seed: 8).ToGrey().ToColour().Save(_folder["data/stored-as-colour.png"]);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["grey.png", "stored-as-colour.png"], Files(call, "mixed_colour"));
        Assert.Equal(ExitCode.Failed, call.ExitCode);
    }

    [Fact]
    public void What_a_repair_makes_anew_is_not_there_again_afterwards()
    {
        for (int i = 0; i < 4; i++) Sample.Write(_folder, $"data/{i}.png", 40, 30, seed: i);
        Picture one = Sample.Picture(40, 30, seed: 1);
        Channels(one, channel => channel < 3 ? one.Channel(channel) : null, 4).Save(_folder["data/opaque.png"]);
        File.CreateSymbolicLink(_folder["data/lost.png"], _folder["data/nowhere.png"]);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["opaque.png"], Files(call, "duplicate")); // what is learned of it is the same
        Assert.Equal("it is a link to a file that is not there", Finding(call, "unreadable").GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal(ExitCode.Done, Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"]).ExitCode);
        Assert.Equal(["0.png", "1.png", "2.png", "3.png"], Contents("mended").Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_fourth_channel_that_is_learned_from_is_not_repaired_away()
    {
        Directory.CreateDirectory(_folder["data"]);
        for (int i = 0; i < 3; i++)
        {
            Picture colour = Sample.Picture(40, 30, seed: i), fourth = Sample.Picture(40, 30, seed: 10 + i);
            Channels(colour, channel => (channel < 3 ? colour : fourth).Channel(channel % 3), 4).Save(_folder[$"data/{i}.png"]);
        }

        string[] arguments = ["doctor", _folder["data"], "--for", _recipe, "--set", "data.channels=4", "--fix", _folder["mended"]];
        Assert.Equal(ExitCode.Done, Call.Of(arguments).ExitCode);
        Assert.Equal(Contents("data"), Contents("mended"));
    }

    [Fact]
    public void Partners_that_do_not_belong_together_are_told_by_where_their_edges_are()
    {
        const int count = 20;
        File.WriteAllText(_recipe, "family: translation\nnetwork:\n  depth: 2\ndata:\n  pairs: folders\n  inputs: maps\n  targets: photos\n  input: numbers\n"
            + "  classes: 2\n  load: 16\n  crop: 16\n");
        Directory.CreateDirectory(_folder["data/maps"]);
        Directory.CreateDirectory(_folder["data/photos"]);
        for (int i = 0; i < count; i++) Write(i, i);
        Assert.Equal(ExitCode.Done, Call.Of("doctor", _folder["data"], "--for", _recipe).ExitCode);

        Write(3, 11);
        Write(11, 3);
        Call swapped = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["03.png", "11.png"], Files(swapped, "mispaired"));
        Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"]);
        Assert.Equal(2 * (count - 2), Contents("mended").Count);

        for (int i = 0; i < count; i++) Write(i, (i + 1) % count);
        Call shuffled = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["data"], Files(shuffled, "mispaired"));

        for (int i = 0; i < count; i++) Write(i, i);
        File.Copy(_folder["data/photos/05.png"], _folder["data/photos/06.png"], overwrite: true);
        Call again = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["05.png", "06.png"], Files(again, "mispaired"));
        Assert.EndsWith("the same target, and another input", Finding(again, "mispaired").GetProperty("files")[0].GetProperty("detail").GetString());

        // A map of discs, and a picture that shows them: its map's, or another's.
        void Write(int map, int photo)
        {
            Map(64, 48, (x, y) => (byte)(Inside(map, x, y) ? 1 : 0)).Save(_folder[$"data/maps/{map:00}.png"]);
            var random = new Random(photo);
            Picture.FromSamples([.. Enumerable.Range(0, 64 * 48).SelectMany(i => Enumerable.Range(0, 3)
                .Select(channel => (byte)((Inside(photo, i % 64, i / 64) ? 60 + (50 * channel) : 150) + random.Next(20))))], 64, 48, 3).Save(_folder[$"data/photos/{map:00}.png"]);
        }

        static bool Inside(int seed, int x, int y)
        {
            var random = new Random(1000 + seed);
            return Enumerable.Range(0, 4).Any(_ => Math.Pow(x - random.Next(64), 2) + Math.Pow(y - random.Next(48), 2) < random.Next(20, 120));
        }
    }

    [Fact]
    public void Maps_that_are_none_are_named_and_their_pixels_not_counted()
    {
        File.WriteAllText(_recipe, "family: translation\nnetwork:\n  depth: 2\ndata:\n  pairs: folders\n  inputs: maps\n  targets: photos\n  input: numbers\n"
            + "  classes: 3\n  load: 16\n  crop: 16\n");
        Directory.CreateDirectory(_folder["data/maps"]);
        for (int i = 0; i < 4; i++)
        {
            Sample.Write(_folder, $"data/photos/{i}.png", 20, 18, seed: i);
            Map(20, 18, (x, _) => (byte)(x % 2)).Save(_folder[$"data/maps/{i}.png"]);
        }

        Map(20, 18, (x, _) => (byte)(x % 2)).ToColour().Save(_folder["data/maps/1.png"]);
        Map(20, 18, (x, y) => (byte)(x + y == 0 ? 7 : 2)).Save(_folder["data/maps/2.png"]);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["1.png"], Files(call, "map_channels"));
        Assert.Equal("label 7 (1 pixel)", Finding(call, "label_out_of_range").GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal([360, 360, 0], call.Json.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("train").GetInt32()));
        Assert.Equal("class 2", Finding(call, "absent_class").GetProperty("files")[0].GetProperty("detail").GetString());
    }

    [Fact]
    public void A_picture_beside_the_folders_of_classes_is_named_and_left_out()
    {
        File.WriteAllText(_recipe, "family: gan\nclasses: 3\ndata:\n  size: 16\n  batch: 2\n");
        for (int i = 0; i < 6; i++) Sample.Write(_folder, $"data/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", 20, 20, seed: i);
        Sample.Write(_folder, "data/loose.png", 20, 20, seed: 9);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal(["data", "loose.png"], Files(call, "wrong_classes")); // two classes, and not three
        Call mended = Call.Of("doctor", _folder["data"], "--for", _recipe, "--fix", _folder["mended"]);
        Assert.Equal(ExitCode.Failed, mended.ExitCode);
        Assert.DoesNotContain("Train with", mended.Output, StringComparison.Ordinal); // there still are two
        Call two = Call.Of("doctor", _folder["data"], "--for", _recipe, "--set", "classes=2", "--fix", _folder["again"]);
        Assert.Equal(ExitCode.Done, two.ExitCode);
        Assert.Contains("Train with: mezzo train", two.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("loose.png", Contents("again").Keys);
    }

    [Fact]
    public void The_labels_of_an_IDX_file_are_held_to_the_recipes_classes()
    {
        File.WriteAllText(_recipe, "family: gan\nclasses: 4\ndata:\n  size: 16\n  batch: 2\n");
        Directory.CreateDirectory(_folder["data"]);
        byte[] images = [.. Enumerable.Range(0, 12 * 256).Select(i => (byte)((i * i) >> 5))];
        File.WriteAllBytes(_folder["data/train-images-idx3-ubyte"], [0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0, 16, .. images]);
        File.WriteAllBytes(_folder["data/train-labels-idx1-ubyte"], [0, 0, 8, 1, 0, 0, 0, 12, 0, 0, 0, 0, 1, 1, 1, 3, 3, 3, 3, 9]);
        Call call = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal("label 9, once; the recipe has classes up to 3", Finding(call, "label_out_of_range").GetProperty("files")[0].GetProperty("detail").GetString());
        Assert.Equal(["class 2"], Finding(call, "absent_class").GetProperty("files").EnumerateArray().Select(file => file.GetProperty("detail").GetString()));

        File.WriteAllBytes(_folder["data/train-images-idx3-ubyte"], [0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0, 16, 1, 2, 3]);
        Call cut = Call.Of("doctor", _folder["data"], "--for", _recipe, "--json");
        Assert.Equal("broken_idx", Assert.Single(cut.Json.GetProperty("findings").EnumerateArray()).GetProperty("kind").GetString()); // and nothing that follows of it
        Assert.StartsWith("it has", Finding(cut, "broken_idx").GetProperty("files")[0].GetProperty("detail").GetString());
    }

    [Fact]
    public void The_report_is_a_page_of_its_own_or_a_document()
    {
        for (int i = 0; i < 3; i++) Sample.Write(_folder, $"data/<{i}>.png", 40, 30, seed: i);
        File.Copy(_folder["data/<0>.png"], _folder["data/again.png"]);
        Assert.Equal(ExitCode.Failed, Call.Of("doctor", _folder["data"], "--for", _recipe, "--report", _folder["r.html"]).ExitCode);
        string page = File.ReadAllText(_folder["r.html"]);
        Assert.Contains("data:image/png;base64,", page);
        Assert.Contains("&lt;0&gt;.png", page);
        Assert.DoesNotContain("<0>", page);
        Assert.DoesNotContain("http", page);
        Call.Of("doctor", _folder["data"], "--for", _recipe, "--report", _folder["r.json"]);
        Assert.Equal("duplicate", JsonDocument.Parse(File.ReadAllText(_folder["r.json"])).RootElement.GetProperty("findings")[0].GetProperty("kind").GetString());
        Call.Of("doctor", _folder["data"], "--for", _recipe, "--report", _folder["r.pdf"]).Refuses("--report writes .html or .json");
    }

    [Fact]
    public void What_cannot_be_examined_is_refused()
    {
        Call.Of("doctor", _folder["none"], "--for", _recipe).Refuses("There is no folder");
        Call.Of("doctor", "--for", _recipe).Refuses("No data are named");
        Call.Of("doctor", _folder.Path, "--for", "nothing-like-it").Refuses("There is no recipe");
        Directory.CreateDirectory(_folder["empty"]);
        Call empty = Call.Of("doctor", _folder["empty"], "--for", _recipe);
        Assert.Equal(ExitCode.Failed, empty.ExitCode);
        Assert.Contains("Breaks: 1 place without anything", empty.Output);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Sample.Write(_folder, "data/a.png", 40, 30);
        Assert.Equal(ExitCode.Interrupted, Call.Of(false, cancelled.Token, "doctor", _folder["data"], "--for", _recipe).ExitCode);
    }

    /// <summary>A picture of those channels; where there is none, of the largest value.</summary>
    private static Picture Channels(Picture like, Func<int, Picture?> channel, int count)
    {
        Picture?[] channels = [.. Enumerable.Range(0, count).Select(channel)];
        return Picture.FromSamples(
            [.. Enumerable.Range(0, like.Width * like.Height).SelectMany(i => channels.Select(one => (byte)(one?[i % like.Width, i / like.Width, 0] ?? byte.MaxValue)))],
            like.Width, like.Height, count);
    }

    private static Picture Map(int width, int height, Func<int, int, byte> label) =>
        Picture.FromSamples([.. Enumerable.Range(0, width * height).Select(i => label(i % width, i / width))], width, height, 1);

    private Dictionary<string, byte[]> Contents(string folder) => Directory.EnumerateFiles(_folder[folder], "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(_folder[folder], path).Replace('\\', '/'), File.ReadAllBytes);

    private static JsonElement Finding(Call call, string kind) =>
        call.Json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("kind").GetString() == kind);

    private static string[] Files(Call call, string kind) =>
        [.. Finding(call, kind).GetProperty("files").EnumerateArray().Select(file => Path.GetFileName(file.GetProperty("path").GetString()!))];
}
