using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The style of an image N,H,W,C as a vector [N, elements], wherever in the image it shows: convolutions of 4x4 that halve the image,
/// without norms, which would take the style away, then the mean over all pixels and a dense layer (after the style encoder of Huang et al.
/// 2018, MUNIT).
/// </summary>
public sealed class StyleEncoder : Module
{
    private const double Deviation = 0.02;
    private const float Slope = 0.2f;

    private readonly Conv2d[] _layers;
    private readonly Linear _head;

    /// <summary>An encoder.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="style">Elements of the vector.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels after the first layer; they double up to four times as many.</param>
    /// <param name="downs">Layers of stride 2.</param>
    public StyleEncoder(string name, int inChannels, int style, Initialization initialization, int channels, int downs = 4)
        : base(name)
    {
        Initialization drawn = initialization with { Deviation = Deviation };
        int[] widths = [inChannels, .. Enumerable.Range(0, downs).Select(i => channels << Math.Min(i, 2))];
        _layers = [.. Enumerable.Range(0, downs).Select(i => Add(
            new Conv2d(PathOf($"layers.{i}"), widths[i], widths[i + 1], 4, initialization, stride: 2, padding: 1)))];
        _head = Add(new Linear(PathOf("head"), widths[^1], style, drawn));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (Conv2d layer in _layers) x = layer.Apply(x, pass).LeakyRelu(Slope);
        return _head.Apply(x.Mean(1, 2).Reshape([x.Shape[0], x.Shape[3]]), pass);
    }
}
