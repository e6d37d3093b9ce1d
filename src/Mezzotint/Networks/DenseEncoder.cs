using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// Images N,H,W,C to features [N, F] by dense layers, each followed by ReLU; without layers the image's samples themselves.
/// </summary>
internal sealed class DenseEncoder : Module
{
    private readonly Linear[] _layers;

    /// <summary>An encoder.</summary>
    /// <param name="name">The path.</param>
    /// <param name="samples">Samples of an image.</param>
    /// <param name="widths">Elements after each layer.</param>
    /// <param name="initialization">Where first values come from.</param>
    public DenseEncoder(string name, int samples, IReadOnlyList<int> widths, Initialization initialization)
        : base(name) =>
        _layers = [.. widths.Select((width, i) =>
            Add(new Linear(PathOf($"{i}"), i == 0 ? samples : widths[i - 1], width, initialization)))];

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input.Reshape([input.Shape[0], input.Shape[1] * input.Shape[2] * input.Shape[3]]);
        foreach (Linear layer in _layers) x = layer.Apply(x, pass).Relu();
        return x;
    }
}
