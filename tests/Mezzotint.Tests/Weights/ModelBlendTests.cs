using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Weights;

public sealed class ModelBlendTests : IDisposable
{
    private static readonly CompactResNetDescription Network = new(2, 8, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0), InlineData(0.25), InlineData(1)]
    public void Weights_lie_the_share_of_the_way_between_those_of_the_two(double share)
    {
        Module one = Network.Build(seed: 1), two = Network.Build(seed: 2);
        ModelBlend.Of(Write("one", Network, one), Write("two", Network, two), share).Write(_folder["blend.safetensors"]);
        Module blend = ModelFile.Read(_folder["blend.safetensors"]);
        Assert.Equal(Network, ModelFile.Describe(_folder["blend.safetensors"]));
        foreach (Variable variable in blend.Variables)
        {
            float[] a = Values(one, variable.Name), b = Values(two, variable.Name);
            Assert.Equal(a.Zip(b, (x, y) => (float)((1 - share) * x + share * y)), variable.ToArray());
        }

        Assert.StartsWith($"{share} of the way from sha256:", ModelFile.About(_folder["blend.safetensors"])["mezzotint.blend"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_likeness_is_the_cosine_of_the_weights()
    {
        Module one = Network.Build(seed: 1), two = Network.Build(seed: 2);
        string first = Write("one", Network, one), second = Write("two", Network, two);
        double[] a = [.. one.Variables.SelectMany(variable => variable.ToArray())], b = [.. one.Variables.SelectMany(variable => Values(two, variable.Name))];
        double cosine = a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));
        Assert.Equal(cosine, ModelBlend.Of(first, second, 0.5).Likeness, 1e-9);
        Assert.Equal(1, ModelBlend.Of(first, first, 0.5).Likeness, 1e-9);
    }

    [Fact]
    public void Models_of_different_networks_are_refused_with_what_tells_them_apart()
    {
        string one = Write("one", Network, Network.Build());
        Assert.Contains("scale is 2 and 3", Fault(new CompactResNetDescription(3, 8, 1)), StringComparison.Ordinal);
        Assert.Contains("channels is 8 and 16", Fault(new CompactResNetDescription(2, 16, 1)), StringComparison.Ordinal);
        Assert.Contains("compact and dcgan", Fault(new DcganDescription(16, 1, 4, [], 4, 8)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelBlend.Of(one, one, 1.5));

        string Fault(NetworkDescription other) =>
            Assert.Throws<WeightsException>(() => ModelBlend.Of(one, Write("two", other, other.Build()), 0.5)).Message;
    }

    [Fact]
    public void The_card_names_the_terms_of_both()
    {
        string one = Write("a/model", Network, Network.Build()), two = Write("b/model", Network, Network.Build(seed: 2));
        File.WriteAllText(_folder["a/README.md"], "---\nlicense: mit\n---\n");
        Assert.Contains("license: unknown", ModelBlend.Of(one, two, 0.5).Card("blend.safetensors"), StringComparison.Ordinal);
        File.WriteAllText(_folder["b/README.md"], "---\nlicense: cc-by-4.0\n---\n");
        Assert.Contains("**Terms.** mit, and cc-by-4.0.", ModelBlend.Of(one, two, 0.5).Card("blend.safetensors"), StringComparison.Ordinal);
    }

    private static float[] Values(Module network, string name) => network.Variables.First(variable => variable.Name == name).ToArray();

    private string Write(string name, NetworkDescription description, Module network)
    {
        string path = _folder[$"{name}.safetensors"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ModelFile.Write(
            path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        return path;
    }
}
