using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Weights;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_generator_is_found_again_in_its_file()
    {
        var description = new DcganDescription(16, 1, 5, ["cat", "dog"], 4, 8);
        DcganGenerator generator = description.Build(seed: 3);
        foreach (Variable variable in generator.Statistics) variable.Set([.. variable.ToArray().Select((_, i) => 0.5f + i)]);
        Write("model.safetensors", description, generator);

        IImageGenerator read = ModelFile.Read<IImageGenerator>(_folder["model.safetensors"], "generate pictures");
        Assert.Equal(["cat", "dog"], read.Classes);
        Assert.Equal((5, 16, 16, 1), (read.Latent, read.Width, read.Height, read.Channels));
        Assert.Equal(Images(generator), Images(read));

        float[] Images(IImageGenerator network) => CpuDevice.Shared.Evaluate(
            network.Generate(Tensor.Of([1, 5], new[] { 1, -1, 0.5f, 2, 0 }), Tensor.Of([1, 2], new[] { 0f, 1 }), Pass.Inference));
    }

    [Theory]
    [InlineData("""{"kind":"compact","scale":4,"channels":48,"blocks":8}""")]
    [InlineData("""{"scale":4,"channels":48,"blocks":8,"kind":"compact"}""")]
    public void A_description_reads_as_models_have_it(string json) =>
        Assert.Equal(new CompactResNetDescription(4, 48, 8), NetworkDescription.FromJson(json));

    [Theory]
    [InlineData("dream", "does not know: 'dream'; it knows srresnet")]
    [InlineData("compact", "says of its compact network what this version cannot read")]
    public void A_file_of_a_network_that_is_not_known_says_so(string kind, string sentence)
    {
        Safetensors.Write(_folder["x.safetensors"], [], new Dictionary<string, string>
        {
            ["mezzotint.network"] = $$"""{"kind":"{{kind}}","scale":"large"}""",
        });
        Assert.Contains(sentence, Refused("x.safetensors").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_not_ask_for_a_network_of_any_size()
    {
        Safetensors.Write(_folder["x.safetensors"], [], new Dictionary<string, string>
        {
            ["mezzotint.network"] = new DcganDescription(1 << 30, 3, 100, [], 64, 1024).ToJson(),
        });
        Assert.Contains("1073741824 pixels a side", Refused("x.safetensors").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_asked_for_what_it_cannot_do_says_what_it_is()
    {
        var description = new DcganDescription(16, 3, 5, [], 4, 8);
        Write("model.safetensors", description, description.Build());
        Assert.EndsWith(
            "cannot enlarge pictures: it is a dcgan network of 16x16 colour images.",
            Assert.Throws<WeightsException>(() => ModelFile.ReadSuperResolver(_folder["model.safetensors"])).Message,
            StringComparison.Ordinal);
    }

    private WeightsException Refused(string name) => Assert.Throws<WeightsException>(() => ModelFile.Read(_folder[name]));

    private void Write(string name, NetworkDescription description, Module network) => ModelFile.Write(
        _folder[name], description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
}
