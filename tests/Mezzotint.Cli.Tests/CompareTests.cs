using System.Text.Json;
using System.Text.RegularExpressions;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed partial class CompareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seeds_through_two_generators_are_a_picture_and_a_page()
    {
        Call call = Call.Of("compare", Generator("a", 1), Generator("b", 2), "--seeds", "3,5-6", "-o", _folder["out/two.html"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(["two.png", "two.html"], call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName));
        JsonElement data = Data("out/two.html");
        Assert.Equal(["a", "b"], data.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(["seed 3", "seed 5", "seed 6"], data.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));

        // A cell of the page is the very picture that 'mezzo generate' makes.
        Call.Of("generate", _folder["b.safetensors"], "--seeds", "5", "-o", _folder["five.png"]);
        Assert.Equal(Samples(Picture.Load(_folder["five.png"])), Samples(Shown(data.GetProperty("rows")[1].GetProperty("made")[1])));
        Assert.True(Picture.Load(_folder["out/two.png"]) is { Width: > 2 * 112, Height: > 3 * 112 });
    }

    [Fact]
    public void Inputs_with_truths_are_scored_by_the_protocol_of_evaluations()
    {
        string model = Sample.WriteModel(_folder);
        for (int i = 0; i < 2; i++) Sample.Write(_folder, $"truth/{i}.png", 41, 34, seed: i);
        Call call = Call.Of("compare", "bicubic", model, "--truth", _folder["truth"], "-o", _folder["c.html"], "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Call evaluated = Call.Of("evaluate", "upscale", "--hr", _folder["truth"], "--scale", "2", "--model", "bicubic", "--json");
        JsonElement psnr = call.Json.GetProperty("scores")[0];
        Assert.Equal("PSNR Y", psnr.GetProperty("name").GetString());
        Assert.Equal(evaluated.Json.GetProperty("mean").GetProperty("psnr_y").GetDouble(), psnr.GetProperty("means")[0].GetDouble(), 10);
        Assert.Equal(evaluated.Json.GetProperty("protocol").GetString(), psnr.GetProperty("protocol").GetString());
        JsonElement row = Data("c.html").GetProperty("rows")[0];
        Assert.Equal((20, 40, 34), (row.GetProperty("input").GetProperty("width").GetInt32(), row.GetProperty("truth").GetProperty("width").GetInt32(),
            row.GetProperty("made")[1].GetProperty("height").GetInt32()));
        Assert.False(row.GetProperty("made")[0].GetProperty("src").GetString()!.Contains(Convert.ToBase64String("Mezzotint"u8)[..8], StringComparison.Ordinal));
    }

    [Fact]
    public void A_blind_page_names_no_model_before_its_end_but_in_its_data()
    {
        Call call = Call.Of("compare", Generator("first-one", 1), Generator("second-one", 2), "--blind", "-o", _folder["vote.html"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.False(File.Exists(_folder["vote.png"]));
        string page = File.ReadAllText(_folder["vote.html"]);
        Assert.DoesNotContain("first-one", DataIn().Replace(page, ""));
        Assert.True(Data("vote.html").GetProperty("blind").GetBoolean());
    }

    [Fact]
    public void Names_cannot_break_the_page()
    {
        string model = Sample.WriteModel(_folder), picture = Sample.Write(_folder, "in.png");
        File.Move(picture, _folder["<\u2028script>&.png"]);
        Assert.Equal(ExitCode.Done, Call.Of("compare", model, "nearest", "--inputs", _folder["<\u2028script>&.png"], "-o", _folder["n.html"]).ExitCode);
        Assert.DoesNotContain("script>&", File.ReadAllText(_folder["n.html"]));
        Assert.Equal("<\u2028script>&.png", Data("n.html").GetProperty("rows")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(2), InlineData(5)]
    public void Of_pictures_with_many_bands_the_first_is_shown(int channels)
    {
        var description = new CompactResNetDescription(2, 8, 1, channels);
        SuperResolver network = description.Build(seed: 1);
        ModelFile.Write(_folder["bands.safetensors"], description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        Picture bands = Sample.Picture(20, 14, channels, 16);
        bands.Save(_folder["bands.tif"]);
        Assert.Equal(ExitCode.Done, Call.Of("compare", _folder["bands.safetensors"], "bicubic", "--inputs", _folder["bands.tif"], "-o", _folder["c.html"]).ExitCode);
        Picture shown = Shown(Data("c.html").GetProperty("rows")[0].GetProperty("input"));
        Assert.Equal(Samples(bands.HasAlpha ? bands.WithBitDepth(8).Flatten() : bands.Channel(0).WithBitDepth(8)), Samples(shown));
    }

    [Fact]
    public void An_input_that_fails_is_told_and_the_others_are_compared()
    {
        string model = Sample.WriteModel(_folder);
        for (int i = 0; i < 3; i++) Sample.Write(_folder, $"truth/{i}.png", 40, 34, seed: i);
        File.WriteAllText(_folder["truth/1.png"], "no picture");
        Call call = Call.Of("compare", "bicubic", model, "--truth", _folder["truth"], "-o", _folder["c.html"], "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Contains("1.png", call.Error, StringComparison.Ordinal);
        Assert.Equal("1.png", Path.GetFileName(Assert.Single(call.Json.GetProperty("failed").EnumerateArray()).GetProperty("input").GetString()));
        Assert.Equal(["0.png", "2.png"], Data("c.html").GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));

        File.Delete(_folder["truth/0.png"]);
        File.WriteAllText(_folder["truth/2.png"], "neither");
        Assert.Equal(ExitCode.Refused, Call.Of("compare", "bicubic", model, "--truth", _folder["truth"], "-o", _folder["d.html"]).ExitCode);
        Assert.False(File.Exists(_folder["d.html"]));
    }

    [Fact]
    public void Models_and_inputs_that_do_not_go_together_are_refused()
    {
        string generator = Generator("a", 1), upscaler = Sample.WriteModel(_folder), other = Sample.WriteModel(_folder, 3);
        string picture = Sample.Write(_folder, "in.png");
        Call.Of("compare", generator).Refuses("takes two models or more");
        Call.Of("compare", generator, upscaler).Refuses("compare models of one kind");
        Call.Of("compare", upscaler, other, "--inputs", picture).Refuses("compare models of one scale");
        Call.Of("compare", "bicubic", "nearest", "--inputs", picture).Refuses("name one");
        Call.Of("compare", upscaler, "bicubic").Refuses("name some with --inputs");
        Call.Of("compare", upscaler, "bicubic", "--inputs", picture, "--seeds", "1").Refuses("leave out --seeds");
        Call.Of("compare", generator, generator, "--inputs", picture).Refuses("make pictures of seeds");
        Call.Of("compare", upscaler, "bicubic", "--inputs", picture, "--truth", Sample.Write(_folder, "other.png")).Refuses("has no truth");
        Call.Of("compare", upscaler, "bicubic", "--inputs", picture, "-o", _folder["out.pdf"]).Refuses("-o names a page");
    }

    [Fact]
    public void Stored_scores_of_one_protocol_stand_side_by_side()
    {
        for (int i = 0; i < 3; i++) Sample.Write(_folder, $"truth/{i}.png", 40, 34, seed: i);
        string a = Evaluated("a.json", "bicubic", 2), b = Evaluated("b.json", "nearest", 2);
        Call call = Call.Of("compare", a, b, "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        JsonElement score = call.Json.GetProperty("scores")[0];
        Assert.Equal("psnr_y", score.GetProperty("name").GetString());
        Assert.Equal(["bicubic", "nearest"], score.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("judged").GetString()));
        Assert.InRange(score.GetProperty("values")[1].GetProperty("better_pictures").GetInt32(), 0, 3);
        Assert.Contains("(0 of 3 better)", Call.Of("compare", a, b).Output);
    }

    [Fact]
    public void Scores_of_unlike_protocols_are_refused_and_the_difference_is_named()
    {
        for (int i = 0; i < 2; i++) Sample.Write(_folder, $"truth/{i}.png", 60, 60, seed: i);
        string a = Evaluated("a.json", "bicubic", 2), b = Evaluated("b.json", "bicubic", 3), made = Evaluated("p.json", "bicubic", 2, "--photograph");
        Call.Of("compare", a, b).Refuses("scale is x2 of one and x3 of the other");
        Call.Of("compare", a, made).Refuses("small");
        Sample.Write(_folder, "truth/2.png", 60, 60, seed: 2);
        Call.Of("compare", a, Evaluated("more.json", "bicubic", 2)).Refuses("the picture '2.png' is in the second alone");

        string fid = Fid("f.json", "LeNet5 f6, sha256:0123", 12.5), other = Fid("g.json", "LeNet5 f6, sha256:4567", 11);
        Call.Of("compare", fid, other).Refuses("features is LeNet5 f6, sha256:0123 of one and LeNet5 f6, sha256:4567 of the other");
        Assert.Equal(ExitCode.Done, Call.Of("compare", fid, Fid("h.json", "LeNet5 f6, sha256:0123", 11)).ExitCode);
        Call.Of("compare", fid, a).Refuses("have no score in common");
        Call.Of("compare", fid).Refuses("nothing to be compared with");
        File.WriteAllText(_folder["x.json"], "{\"scores\": 3}");
        Call.Of("compare", fid, _folder["x.json"]).Refuses("holds no scores");
    }

    [Fact]
    public void Votes_are_summed_a_sitting_once()
    {
        string first = Votes("one.json", "s1", "a", [("a", "b", "left"), ("b", "a", "left"), ("a", "b", "same")]);
        string second = Votes("two.json", "s2", "a", [("a", "b", "left"), ("b", "a", "right"), ("b", "a", "right")]);
        string again = Votes("three.json", "s2", "a", [("a", "b", "left")]);
        Call call = Call.Of("compare", "--votes", first, second, again, "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains("three.json", call.Error);
        JsonElement pair = call.Json.GetProperty("preferences")[0];
        Assert.Equal((4, 1, 1), (pair.GetProperty("first_preferred").GetInt32(), pair.GetProperty("second_preferred").GetInt32(), pair.GetProperty("undecided").GetInt32()));
        Assert.Equal(JsonValueKind.Null, pair.GetProperty("preferred").ValueKind); // four of five are not beyond chance
        Assert.Equal(0.8, pair.GetProperty("share").GetDouble(), 12);

        string other = Votes("other.json", "s3", "other", [("a", "b", "left")]);
        Call.Of("compare", "--votes", first, other).Refuses("'a' has other weights");
        File.WriteAllText(_folder["none.json"], "{}");
        Call.Of("compare", "--votes", _folder["none.json"]).Refuses("holds no votes");
        Call.Of("compare", "--votes", Votes("bad.json", "s4", "a", [("a", "c", "left")])).Refuses("a vote between 'a' and 'c'");
    }

    private string Evaluated(string name, string model, int scale, params string[] more)
    {
        Call call = Call.Of(["evaluate", "upscale", "--hr", _folder["truth"], "--scale", $"{scale}", "--model", model, "--json", .. more]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        File.WriteAllText(_folder[name], call.Output);
        return _folder[name];
    }

    private string Fid(string name, string features, double value)
    {
        File.WriteAllText(_folder[name], JsonSerializer.Serialize(new
        {
            judged = name,
            generated = 100,
            scores = new[] { new { metric = "fid", value, protocol = "", terms = new Dictionary<string, string> { ["features"] = features, ["generated"] = "100" } } },
        }));
        return _folder[name];
    }

    private string Votes(string name, string session, string weights, (string Left, string Right, string Choice)[] votes)
    {
        File.WriteAllText(_folder[name], JsonSerializer.Serialize(new
        {
            format = "mezzotint-votes",
            version = 1,
            session,
            models = new[] { new { name = "a", weights }, new { name = "b", weights = "w" } },
            votes = votes.Select(vote => new { image = "x", left = vote.Left, right = vote.Right, choice = vote.Choice, seconds = 1.0 }),
        }));
        return _folder[name];
    }

    private string Generator(string name, ulong seed)
    {
        string path = _folder[$"{name}.safetensors"];
        var description = new DcganDescription(8, 1, 4, [], 4, 4);
        DcganGenerator network = description.Build(seed);

        // Fresh weights are so small that all pictures are grey.
        foreach (Variable variable in network.Parameters) variable.Set([.. variable.ToArray().Select(value => 20 * value)]);
        ModelFile.Write(
            path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return path;
    }

    private JsonElement Data(string page) => JsonDocument.Parse(DataIn().Match(File.ReadAllText(_folder[page])).Groups[1].Value).RootElement;

    private static Picture Shown(JsonElement picture) =>
        Picture.Load(Convert.FromBase64String(picture.GetProperty("src").GetString()!["data:image/png;base64,".Length..]));

    private static byte[] Samples(Picture picture)
    {
        var samples = new byte[picture.Width * picture.Height * picture.Channels];
        picture.CopyTo(samples);
        return samples;
    }

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataIn();
}
