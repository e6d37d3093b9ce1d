using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Tests.Networks;

/// <summary>
/// A published network written down as its layers, to compare a network of ours with: names and shapes of all parameters, in any order.
/// </summary>
internal sealed class LayerList
{
    private readonly Dictionary<string, Shape> _parameters = [];

    /// <summary>How many numbers all parameters have.</summary>
    public long Count => _parameters.Values.Sum(shape => shape.Count);

    /// <summary>A convolution of a square kernel.</summary>
    public LayerList Conv(string name, int kernel, int from, int to, bool bias = true) =>
        Add($"{name}.weight", [kernel, kernel, from, to]).Bias(name, to, bias);

    /// <summary>A transposed convolution, whose weights are those of the convolution it transposes.</summary>
    public LayerList Up(string name, int kernel, int from, int to, bool bias = true) =>
        Add($"{name}.weight", [kernel, kernel, to, from]).Bias(name, to, bias);

    /// <summary>A dense layer.</summary>
    public LayerList Linear(string name, int from, int to) => Add($"{name}.weight", [from, to]).Bias(name, to, true);

    /// <summary>A dense layer without a bias.</summary>
    public LayerList Dense(string name, int from, int to) => Add($"{name}.weight", [from, to]);

    /// <summary>A norm with scales and shifts.</summary>
    public LayerList Norm(string name, int channels) => Add($"{name}.weight", [channels]).Bias(name, channels, true);

    /// <summary>A rectifier with one learned slope.</summary>
    public LayerList PRelu(string name) => Add($"{name}.weight", [1]);

    /// <summary>The same for each of several indices.</summary>
    public LayerList Repeat(int count, Action<LayerList, int> layers)
    {
        for (int i = 0; i < count; i++) layers(this, i);
        return this;
    }

    /// <summary>Asserts that a network has exactly these parameters, as many numbers as published.</summary>
    public void AssertIs(Module network, long published)
    {
        Assert.Equal(published, Count);
        Assert.Equal(
            _parameters.Select(entry => $"{entry.Key} {entry.Value}").Order(StringComparer.Ordinal),
            network.Parameters.Select(parameter => $"{parameter.Name} {parameter.Shape}").Order(StringComparer.Ordinal));
    }

    private LayerList Bias(string name, int channels, bool bias) => bias ? Add($"{name}.bias", [channels]) : this;

    private LayerList Add(string name, Shape shape)
    {
        _parameters.Add(name, shape);
        return this;
    }
}
