using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class BlendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_between_two_is_written_with_its_card_and_enlarges()
    {
        string one = Sample.WriteModel(_folder), two = Other(), output = _folder["blend.safetensors"];
        Call call = Call.Of("blend", one, two, "--share", "0.3", "-o", output);
        Assert.Equal((ExitCode.Done, output + Environment.NewLine), (call.ExitCode, call.Output));
        Assert.Contains("neither seems to have begun with the other", call.Error, StringComparison.Ordinal); // two seeds
        Assert.Contains("| mezzotint.blend | 0.3 of the way from sha256:", File.ReadAllText(_folder["blend.md"]), StringComparison.Ordinal);
        string input = Sample.Write(_folder, "in.png", 20, 14);
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "--model", output, "-o", _folder["out.png"]).ExitCode);
        Assert.Equal((40, 28), (Picture.Load(_folder["out.png"]).Width, Picture.Load(_folder["out.png"]).Height));
        Call same = Call.Of("blend", one, one, "-o", _folder["same.safetensors"], "--json");
        Assert.Equal("", same.Error);
        Assert.Equal(1, same.Json.GetProperty("likeness").GetDouble(), 1e-9);
    }

    [Fact]
    public void Requests_that_cannot_be_met_are_refused()
    {
        string one = Sample.WriteModel(_folder), two = Other();
        Call.Of("blend", one, two, "-o", _folder["blend.pth"]).Refuses("does not end in .safetensors");
        Call.Of("blend", one, two, "-o", one).Refuses("exists already");
        Call.Of("blend", one, two, "--share", "1.5", "-o", _folder["b.safetensors"]).Refuses("--share takes a number from 0 to 1, and not '1.5'");
        Call.Of("blend", one, "nonesuch", "-o", _folder["b.safetensors"]).Refuses("There is no model 'nonesuch'");
        Call.Of("blend", one, Sample.WriteModel(_folder, 3), "-o", _folder["b.safetensors"]).Refuses("scale is 2 and 3");
        Assert.False(File.Exists(_folder["b.safetensors"]));
    }

    private string Other()
    {
        var description = new CompactResNetDescription(2, 8, 1);
        ModelFile.Write(
            _folder["other.safetensors"], description,
            description.Build(seed: 2).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return _folder["other.safetensors"];
    }
}
