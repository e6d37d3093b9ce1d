using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class TranslateTests : IDisposable
{
    private const string Recipe = """
        name: tiny-pix2pix
        family: translation
        network:
          channels: 4
          depth: 2
        discriminator:
          channels: 4
          layers: 1
        schedule:
          kind: linear
        emaDecay: 0
        data:
          load: 18
          crop: 16
        steps: 6
        checkpointEvery: 3
        validateEvery: 3
        sampleEvery: 3
        logEvery: 1
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_of_pairs_ends_with_a_model_that_translates_and_is_scored()
    {
        Directory.CreateDirectory(_folder["pairs"]);
        for (int i = 0; i < 3; i++) Sample.Picture(40, 20, seed: i).Save(_folder[$"pairs/{i}.png"]);
        File.WriteAllText(_folder["tiny.yaml"], Recipe);
        Call trained = Call.Of("train", _folder["tiny.yaml"], "--data", _folder["pairs"], "--validation", _folder["pairs"], "--run", _folder["run"]);
        Assert.Equal(ExitCode.Done, trained.ExitCode);
        Assert.Contains("mezzo translate", trained.Error);
        Picture sample = Picture.Load(Directory.EnumerateFiles(_folder["run/samples"]).First());
        Assert.True(sample.Width > 3 * 16);

        // Any size is taken, and given back.
        Sample.Picture(23, 31).Save(_folder["odd.png"]);
        Call made = Call.Of("translate", _folder["run"], _folder["odd.png"], "-o", _folder["made.png"]);
        Assert.Equal(ExitCode.Done, made.ExitCode);
        Picture result = Picture.Load(_folder["made.png"]);
        Assert.Equal((23, 31, 3), (result.Width, result.Height, result.Channels));

        Call scored = Call.Of("evaluate", "translate", _folder["run"], "--data", _folder["pairs"], "--json");
        Assert.Equal(ExitCode.Done, scored.ExitCode);
        Assert.Equal(3, scored.Json.GetProperty("pairs").GetArrayLength());
        Assert.InRange(scored.Json.GetProperty("baseline").GetProperty("l1").GetDouble(), 1, 255);
    }

    [Fact]
    public void Of_many_label_maps_a_bad_one_is_reported_and_the_others_are_translated()
    {
        string model = WriteModel(new ConditionDescription(ConditionKind.Labels, 3));
        Directory.CreateDirectory(_folder["maps"]);
        for (int i = 0; i < 3; i++) Picture.FromSamples([0, 1, 2, (byte)(i == 1 ? 9 : 0)], 2, 2, 1).Save(_folder[$"maps/{i}.png"]);
        Call call = Call.Of("translate", model, _folder["maps"], "-o", _folder["out"], "--json");
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Equal(2, call.Json.GetProperty("images").GetArrayLength());
        string error = call.Json.GetProperty("failed")[0].GetProperty("error").GetString()!;
        Assert.Contains("1.png", error);
        Assert.Contains("label 9", error);
    }

    [Fact]
    public void A_model_that_fills_holes_asks_where_they_are()
    {
        string model = WriteModel(new ConditionDescription(ConditionKind.Masked));
        Sample.Picture(20, 20).Save(_folder["a.png"]);
        Call call = Call.Of("translate", model, _folder["a.png"]);
        Assert.Equal(ExitCode.Refused, call.ExitCode);
        Assert.Contains("give a mask", call.Error);
        Picture.FromSamples([.. Enumerable.Range(0, 400).Select(i => (byte)(i < 200 ? 255 : 0))], 20, 20, 1).Save(_folder["mask.png"]);
        Assert.Equal(ExitCode.Done, Call.Of("translate", model, _folder["a.png"], "--mask", _folder["mask.png"]).ExitCode);
        Picture given = Picture.Load(_folder["a.png"]), made = Picture.Load(_folder["a-translated.png"]);
        for (int i = 0; i < 200 * 3; i++) Assert.Equal(given[i / 3 % 20, 10 + i / 60, i % 3], made[i / 3 % 20, 10 + i / 60, i % 3]);
    }

    private string WriteModel(ConditionDescription condition)
    {
        string path = _folder["model.safetensors"];
        var description = new TranslatorDescription(TranslationGenerator.Unet, condition, 4, 2);
        ModelFile.Write(
            path, description, description.Build(1).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string>());
        return path;
    }
}
