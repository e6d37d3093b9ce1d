using System.Text.Json;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class EvaluateAugmentationTests : IDisposable
{
    private const int Side = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_generator_and_the_data_set_that_it_writes_are_worth_the_same()
    {
        string model = WriteModel("dark", "light");
        Write("real", 3);
        Write("test", 10);
        string[] common = ["--data", _folder["real"], "--test", _folder["test"], "--per-class", "2", "--generated", "6", "--runs", "2", "--steps", "20", "--json"];
        Call ofModel = Call.Of(["evaluate", "augmentation", model, .. common]);
        Assert.Equal(ExitCode.Done, ofModel.ExitCode);
        JsonElement[] scores = [.. ofModel.Json.GetProperty("scores").EnumerateArray()];
        Assert.Equal(["real", "real, shifted", "real and generated", "generated"], scores.Select(score => score.GetProperty("kind").GetString()));
        Assert.All(scores, score => Assert.Equal(2, score.GetProperty("accuracies").GetArrayLength()));
        Assert.Equal(20, ofModel.Json.GetProperty("test_images").GetInt32());
        Assert.True(scores[0].GetProperty("mean").GetDouble() > 0.9); // a mean tells the classes apart

        // A model's images are of the classes by turns: seeds 0, 2, 4... are dark.
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--class", "dark", "--seeds", "0,2,4,6,8,10", "-o", _folder["set/dark"]).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("generate", model, "--class", "light", "--seeds", "1,3,5,7,9,11", "-o", _folder["set/light"]).ExitCode);
        Call ofFolder = Call.Of(["evaluate", "augmentation", _folder["set"], .. common]);
        Assert.Equal(ofModel.Json.GetProperty("scores").GetRawText(), ofFolder.Json.GetProperty("scores").GetRawText());
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Write("real", 3);
        string[] rest = ["--data", _folder["real"], "--steps", "1"];
        Call.Of(["evaluate", "augmentation", WriteModel(), .. rest, "--test", _folder["real"]]).Refuses("has no classes");
        Call.Of(["evaluate", "augmentation", WriteModel("dark", "light"), .. rest]).Refuses("give others with --test");
        Write("test", 1);
        Call.Of(["evaluate", "augmentation", WriteModel("dark", "light"), .. rest, "--test", _folder["test"]]).Refuses("10 are asked for");
    }

    private void Write(string folder, int count)
    {
        foreach ((string name, float value) in new[] { ("dark", 0.1f), ("light", 0.9f) })
        {
            Directory.CreateDirectory(_folder[$"{folder}/{name}"]);
            for (int i = 0; i < count; i++)
            {
                float[] samples = [.. Enumerable.Range(0, Side * Side).Select(at => value + (at % (i + 2) == 0 ? 0.05f : -0.05f))];
                Picture.FromFloats(samples, Side, Side, 1).Save(_folder[$"{folder}/{name}/{i}.png"]);
            }
        }
    }

    private string WriteModel(params string[] classes)
    {
        var description = new DcganDescription(Side, 3, 4, classes, 4, 4);
        DcganGenerator network = description.Build(1);
        foreach (Variable variable in network.Parameters) variable.Set([.. variable.ToArray().Select(value => 20 * value)]);
        string path = _folder["tiny.safetensors"];
        ModelFile.Write(
            path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return path;
    }
}
