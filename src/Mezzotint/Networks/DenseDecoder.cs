using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>Latent vectors [N, L] to images N,H,W,C by dense layers, each but the last followed by ReLU.</summary>
internal sealed class DenseDecoder : Module
{
    private readonly int _size, _channels;
    private readonly Linear[] _layers;

    /// <summary>A decoder, the mirror of a <see cref="DenseEncoder"/>.</summary>
    /// <param name="name">The path.</param>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="widths">The encoder's widths.</param>
    /// <param name="initialization">Where first values come from.</param>
    public DenseDecoder(string name, int size, int channels, int latent, IReadOnlyList<int> widths, Initialization initialization)
        : base(name)
    {
        (_size, _channels) = (size, channels);
        int[] elements = [latent, .. widths.Reverse(), size * size * channels];
        _layers = [.. Enumerable.Range(0, elements.Length - 1)
            .Select(i => Add(new Linear(PathOf($"{i}"), elements[i], elements[i + 1], initialization)))];
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (Linear layer in _layers.SkipLast(1)) x = layer.Apply(x, pass).Relu();
        return _layers[^1].Apply(x, pass).Reshape([input.Shape[0], _size, _size, _channels]);
    }
}
