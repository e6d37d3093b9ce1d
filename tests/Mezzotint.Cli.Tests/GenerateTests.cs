using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
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
        Call anew = Call.Of("generate", "--from", files[1], "-o", _folder["anew"]);
        Assert.Equal(Path.Combine(_folder["anew"], Path.GetFileName(files[1])), anew.Output.Trim());
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

    [Fact]
    public void Stages_follow_generation_are_named_in_the_picture_and_done_again()
    {
        string model = WriteModel("cat", "dog"), filler = WriteFiller(), larger = Sample.WriteModel(_folder, scale: 3);
        Call call = Call.Of(
            "generate", model, "--seeds", "4-5", "--then", $"inpaint={filler}", "--then", $"upscale={larger}", "-o", _folder["refined"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        string file = call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1];
        Picture picture = Picture.Load(file);
        Assert.Equal((8 * 3, 3), (picture.Width, picture.Channels));
        Assert.Equal("seed 5, class dog", picture.Text[Generator.SettingsKey]);
        Assert.Equal(model, picture.Text[Generator.ModelKey]);
        RefinementNote[] notes = [.. RefinementNote.Parse(picture.Text[Refinement.Key])!];
        Assert.Equal([RefinementKind.Inpaint, RefinementKind.Upscale], notes.Select(note => note.Kind));
        Assert.Equal([filler, larger], notes.Select(note => note.Model));
        Assert.Equal($"sha256:{Upscaler.Load(larger).WeightsHash}", notes[1].Weights);

        Assert.Equal(ExitCode.Done, Call.Of("generate", "--from", file, "-o", _folder["again.png"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder["again.png"]));

        // What the first stage left alone is the generated picture, to the bit.
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "5", "-o", _folder["plain.png"]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "5", "--then", $"inpaint={filler}", "-o", _folder["filled.png"]).ExitCode);
        Picture plain = Picture.Load(_folder["plain.png"]), filled = Picture.Load(_folder["filled.png"]);
        int changed = Enumerable.Range(0, 64).Count(i => filled[i % 8, i / 8, 0] != plain[i % 8, i / 8, 0]);
        Assert.InRange(changed, 1, 16);

        File.Copy(larger, _folder["other.safetensors"]);
        WriteFiller(seed: 9);
        Call.Of("generate", "--from", file).Refuses("in its stage inpaint");
    }

    [Fact]
    public void A_mask_says_what_is_made_anew()
    {
        string model = WriteModel(), filler = WriteFiller();
        byte[] white = new byte[64];
        white.AsSpan(0, 8).Fill(255);
        Picture.FromSamples(white, 8, 8, 1).Save(_folder["mask.png"]);
        string[] stage = ["--then", $"inpaint={filler}", "--mask", _folder["mask.png"]];
        Assert.Equal(ExitCode.Done, Call.Of(["generate", model, "--seeds", "5", .. stage, "-o", _folder["filled.png"]]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "5", "-o", _folder["plain.png"]).ExitCode);
        Picture plain = Picture.Load(_folder["plain.png"]), filled = Picture.Load(_folder["filled.png"]);
        for (int i = 8; i < 64; i++) Assert.Equal(plain[i % 8, i / 8, 0], filled[i % 8, i / 8, 0]);
        Assert.Equal(ExitCode.Done, Call.Of("generate", "--from", _folder["filled.png"], "-o", _folder["again.png"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["filled.png"]), File.ReadAllBytes(_folder["again.png"]));
        white[63] = 255;
        Picture.FromSamples(white, 8, 8, 1).Save(_folder["mask.png"]);
        Call.Of("generate", "--from", _folder["filled.png"]).Refuses("with another mask");
    }

    [Fact]
    public void Stages_that_cannot_be_are_refused()
    {
        string model = WriteModel(), larger = Sample.WriteModel(_folder, scale: 3);
        Call.Of("generate", model, "--then", "enlarge").Refuses("--then takes upscale");
        Call.Of("generate", model, "--then", "inpaint").Refuses("--then inpaint=RUN");
        Call.Of("generate", model, "--then", $"inpaint={larger}").Refuses("cannot translate pictures");
        Call.Of("generate", model, "--then", $"restore={larger}").Refuses("name it with --then upscale=");
        Call.Of("generate", model, "--mask", larger).Refuses("goes with --then inpaint");
    }

    [Fact]
    public void A_grid_and_a_strip_of_levels_are_made_again()
    {
        string model = WriteModel("cat", "dog");
        string[] stage = ["--then", $"upscale={Sample.WriteModel(_folder, scale: 3)}"];
        Assert.Equal(ExitCode.Done, Call.Of(["generate", model, "--seeds", "2,4-6", "--grid", "3x2", .. stage, "-o", _folder["grid.png"]]).ExitCode);
        Assert.True(Picture.Load(_folder["grid.png"]).Width >= 3 * 8 * 3);
        Assert.Equal(ExitCode.Done, Call.Of("generate", "--from", _folder["grid.png"], "-o", _folder["again.png"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["grid.png"]), File.ReadAllBytes(_folder["again.png"]));
    }

    [Fact]
    public void The_same_seed_is_the_same_picture_whatever_is_made_beside_it()
    {
        string model = WriteModel("cat", "dog");
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "0-40", "-o", _folder["many"]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--seeds", "37", "-o", _folder["one"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["many/tiny-seed-0037.png"]), File.ReadAllBytes(_folder["one/tiny-seed-0037.png"]));
    }

    [Fact]
    public void A_walk_can_be_an_animation_that_ends_where_it_began()
    {
        string model = WriteModel("cat", "dog");
        Assert.Equal(
            ExitCode.Done,
            Call.Of("interpolate", model, "--seeds", "1-3", "--frames", "4", "--delay", "50", "-o", _folder["walk.webp"]).ExitCode);
        Assert.True(Picture.Load(_folder["walk.webp"]) is { Width: 8, Height: 8, Pages: > 1 and <= 12 }); // equal frames are one
        Assert.Equal(ExitCode.Done, Call.Of("interpolate", model, "--seeds", "1-3", "--frames", "4", "-o", _folder["walk.png"]).ExitCode);
        Assert.Equal("walk of seeds 1 2 3, frames 4, class dog", Picture.Load(_folder["walk.png"]).Text[Generator.SettingsKey]);
        Call.Of("interpolate", model, "--delay", "50").Refuses("end the output's name in .webp");
    }

    /// <summary>A network that fills holes, untrained.</summary>
    private string WriteFiller(ulong seed = 1)
    {
        var description = new TranslatorDescription(
            TranslationGenerator.Global, new ConditionDescription(ConditionKind.Masked), Channels: 2, Depth: 1);
        string path = _folder["filler.safetensors"];
        ModelFile.Write(
            path, description, description.Build(seed).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string>());
        return path;
    }

    private string WriteModel(params string[] classes) => WriteModel(1, classes);

    private string WriteModel(ulong seed, params string[] classes)
    {
        var description = new DcganDescription(8, 1, 4, classes, 4, 4);
        DcganGenerator network = description.Build(seed);

        // Fresh weights are so small that all pictures are grey.
        foreach (Variable variable in network.Parameters) variable.Set([.. variable.ToArray().Select(value => 20 * value)]);
        string path = _folder["tiny.safetensors"];
        ModelFile.Write(
            path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return path;
    }
}
