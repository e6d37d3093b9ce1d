using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A discriminator of dense layers (the form that is customary for digits): rows [N, K] to one number each, [N, 1], above zero for real, by
/// dense layers with LeakyReLU. The sigmoid is the objective's.
/// </summary>
public sealed class DenseDiscriminator : Module
{
    private const float Slope = 0.2f;

    private readonly Linear[] _layers;
    private readonly Dropout _dropout;

    /// <summary>A discriminator.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inputs">Elements of a row: those of an image, and its classes.</param>
    /// <param name="widths">Elements of each hidden layer.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="dropout">The share of each hidden layer that is dropped.</param>
    /// <param name="spectral">Whether all layers have spectral norm.</param>
    public DenseDiscriminator(
        string name, int inputs, IReadOnlyList<int> widths, Initialization initialization, double dropout = 0, bool spectral = false)
        : base(name)
    {
        int[] all = [inputs, .. widths, 1];
        _layers = [.. Enumerable.Range(0, all.Length - 1)
            .Select(i => Add(new Linear(PathOf($"layers.{i}"), all[i], all[i + 1], initialization, spectral: spectral)))];
        _dropout = Add(new Dropout(PathOf("dropout"), dropout));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (Linear layer in _layers.SkipLast(1)) x = _dropout.Apply(layer.Apply(x, pass).LeakyRelu(Slope), pass);
        return _layers[^1].Apply(x, pass);
    }
}
