using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// Latent vectors [N, L] to images N,H,W,C, the mirror of a <see cref="ConvolutionalEncoder"/>: a dense layer to its last features, 3x3
/// transposed convolutions of stride 2 with norm and LeakyReLU up to the image's size, and a 3x3 convolution to its channels.
/// </summary>
internal sealed class ConvolutionalDecoder : Module
{
    private readonly int _side, _channels;
    private readonly Linear _first;
    private readonly NormedConvolution[] _layers;
    private readonly Conv2d _last;

    /// <summary>A decoder.</summary>
    /// <param name="name">The path.</param>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="widths">The encoder's widths.</param>
    /// <param name="normalization">The norm.</param>
    /// <param name="initialization">Where first values come from.</param>
    public ConvolutionalDecoder(
        string name, int size, int channels, int latent, IReadOnlyList<int> widths, Normalization normalization, Initialization initialization)
        : base(name)
    {
        int[] sides = ConvolutionalEncoder.Sides(size, widths.Count);
        (_side, _channels) = (sides[^1], widths[^1]);
        _first = Add(new Linear(PathOf("first"), latent, _side * _side * _channels, initialization));
        // The first width stands twice: at half the image's side and at all of it.
        int[] channelsDown = [widths[0], .. widths];
        _layers = [.. Enumerable.Range(0, widths.Count).Reverse().Select((i, number) => Add(NormedConvolution.Transposed(
            PathOf($"{number}"), channelsDown[i + 1], channelsDown[i], 3, normalization, initialization, stride: 2, padding: 1,
            outputPadding: sides[i] - (2 * sides[i + 1] - 1))))];
        _last = Add(new Conv2d(PathOf("last"), widths[0], channels, 3, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _first.Apply(input, pass).Reshape([input.Shape[0], _side, _side, _channels]);
        foreach (NormedConvolution layer in _layers) x = layer.Apply(x, pass).LeakyRelu(ConvolutionalEncoder.Slope);
        return _last.Apply(x, pass);
    }
}
