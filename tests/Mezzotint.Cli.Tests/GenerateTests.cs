using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class GenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_says_how_it_was_made_and_is_made_again()
    {
        string model = WriteModel("cat", "dog");
        Call call = Call.Of("generate", model, "--seeds", "3,5-6", "--truncation", "0.8", "-o", _folder["out"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        string[] files = call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["tiny-seed-0003.png", "tiny-seed-0005.png", "tiny-seed-0006.png"], files.Select(Path.GetFileName));
        Assert.Equal("seed 5, truncation 0.8, class dog", Picture.Load(files[1]).Text[Generator.SettingsKey]);

        Assert.Equal(ExitCode.Done, Call.Of("generate", "--from", files[1], "-o", _folder["again.png"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(files[1]), File.ReadAllBytes(_folder["again.png"]));
    }

    [Fact]
    public void A_picture_of_other_weights_is_not_made_again()
    {
        string model = WriteModel();
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "-o", _folder["one.png"]).ExitCode);
        WriteModel(seed: 2);
        Call.Of("generate", "--from", _folder["one.png"]).Refuses("was made with other weights");
        Call.Of("generate", "--from", Sample.Write(_folder, "photo.png")).Refuses("does not say how it was made");
    }

    [Fact]
    public void A_labelled_data_set_is_a_folder_for_each_class()
    {
        string model = WriteModel("cat", "../dog");
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--labelled", "--per-class", "3", "-o", _folder["set"]).ExitCode);
        Assert.Equal([".._dog", "cat"], Directory.GetDirectories(_folder["set"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetDirectories(_folder["set"]), folder => Assert.Equal(3, Directory.GetFiles(folder).Length));
        Call.Of("generate", model, "--per-class", "3").Refuses("goes with --labelled");
    }

    [Fact]
    public void A_grid_and_a_walk_are_one_picture_each()
    {
        string model = WriteModel();
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "0-5", "--grid", "3x2", "-o", _folder["grid.png"]).ExitCode);
        Assert.True(Picture.Load(_folder["grid.png"]) is { Width: >= 24, Height: >= 16 });
        Assert.Equal(ExitCode.Done, Call.Of("interpolate", model, "--seeds", "1-2", "--frames", "4", "-o", _folder["walk.png"]).ExitCode);
        Assert.True(Picture.Load(_folder["walk.png"]) is { Width: >= 40, Height: < 24 });
    }

    [Fact]
    public void What_cannot_be_generated_is_refused()
    {
        Call.Of("generate").Refuses("Name a run or a model");
        Call.Of("generate", Sample.WriteModel(_folder)).Refuses("cannot generate pictures");
        string model = WriteModel();
        Call.Of("generate", model, "--class", "cat").Refuses("has no classes");
        Call.Of("generate", model, "--seeds", "7-3").Refuses("--seeds takes whole numbers");
        Call.Of("generate", model, "--truncation", "0").Refuses("--truncation takes a number from 0.01");
        Call.Of("generate", model, "--count", "7", "--grid", "3x2").Refuses("The grid has 6 cells");
        Call.Of("interpolate", model, "--seeds", "1").Refuses("from one seed to another");
    }

    [Fact]
    public void A_model_of_levels_shows_them_and_is_scored_level_by_level()
    {
        var description = new HierarchicalDescription(16, 3, 2 * 64 + 256, [], 2, MainGeneratorKind.Unet, 2, 4, [4], 1);
        string model = _folder["levels.safetensors"];
        ModelFile.Write(
            model, description, description.Build(1).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string>());
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "3", "--levels", "-o", _folder["strip.png"]).ExitCode);
        Assert.True(Picture.Load(_folder["strip.png"]) is { Width: >= 32, Height: >= 16 and < 32 });
        Call.Of("generate", WriteModel(), "--levels").Refuses("has no levels");
        Call.Of("generate", model, "--levels", "--grid", "2x2").Refuses("leave out --grid");

        Sample.Write(_folder, "photo.png");
        Call call = Call.Of("evaluate", "swd", model, "--data", Path.GetDirectoryName(_folder["photo.png"])!, "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        using var document = System.Text.Json.JsonDocument.Parse(call.Output);
        System.Text.Json.JsonElement[] levels = [.. document.RootElement.GetProperty("levels").EnumerateArray()];
        Assert.Equal([8, 16], levels.Select(level => level.GetProperty("side").GetInt32()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, levels[0].GetProperty("predecessor").ValueKind);
        Assert.True(levels[1].GetProperty("own").GetProperty("finest").GetDouble() > 0);
    }

    private string WriteModel(params string[] classes) => WriteModel(1, classes);

    private string WriteModel(ulong seed, params string[] classes)
    {
        var description = new DcganDescription(8, 1, 4, classes, 4, 4);
        DcganGenerator network = description.Build(seed);
        string path = _folder["tiny.safetensors"];
        ModelFile.Write(
            path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return path;
    }
}
