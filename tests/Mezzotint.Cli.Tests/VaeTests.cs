using System.Text.Json;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class VaeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_scored_on_greys_and_binarised_with_the_protocol()
    {
        string model = WriteModel();
        WritePictures(5);
        Call call = Call.Of("evaluate", "vae", model, "--data", _folder["in"], "--samples", "7", "--json");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(5, call.Json.GetProperty("images").GetInt32());
        JsonElement[] scores = [.. call.Json.GetProperty("scores").EnumerateArray()];
        Assert.Equal([false, true], scores.Select(score => score.GetProperty("binarized").GetBoolean()));
        foreach (JsonElement score in scores)
        {
            double Figure(string name) => score.GetProperty(name).GetDouble();
            Assert.Equal(Figure("reconstruction") + Figure("kl"), Figure("negative_elbo"), 1e-9);
            Assert.True(Figure("importance_weighted_nll") < Figure("negative_elbo"));
            Assert.Contains("k = 7", score.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        }

        Call table = Call.Of("evaluate", "vae", model, "--data", _folder["in"], "--samples", "2", "--count", "3");
        Assert.Contains("3 images", table.Output, StringComparison.Ordinal);
        Assert.Contains("cross-entropy on grey values", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_stand_above_their_reconstructions()
    {
        string model = WriteModel(), output = _folder["out.png"];
        WritePictures(10);
        Call call = Call.Of("reconstruct", model, _folder["in"], "-o", output, "--count", "9");
        Assert.Equal((ExitCode.Done, output), (call.ExitCode, call.Output.Trim()));
        Picture grid = Picture.Load(output);
        Assert.Equal((8 * 12 + 4, 4 * 12 + 4), (grid.Width, grid.Height));

        Call.Of("reconstruct", model, _folder["in"], "-o", output).Refuses("exists; name another with -o");
        Call.Of("reconstruct", model, _folder["none"], "-o", _folder["x.png"]).Refuses("There is no file or folder");
        Call.Of("reconstruct", model, _folder["in"], "-o", _folder["x.txt"]).Refuses("is no picture's name");
    }

    [Fact]
    public void A_model_that_is_no_autoencoder_is_refused()
    {
        WritePictures(1);
        Call.Of("evaluate", "vae", Sample.WriteModel(_folder), "--data", _folder["in"]).Refuses("is no autoencoder but a compact network");
    }

    private string WriteModel()
    {
        string path = _folder["vae.safetensors"];
        var description = new VaeDescription(8, 1, 3, [], VaeKind.Dense, [6], Normalization.None, Likelihood.Bernoulli);
        ModelFile.Write(
            path, description, description.Build(1).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string>());
        return path;
    }

    private void WritePictures(int count)
    {
        for (int i = 0; i < count; i++) Sample.Write(_folder, $"in/{i}.png", 20, 13, seed: i);
    }
}
