using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>Images N,H,W,C to features [N, F] by 3x3 convolutions of stride 2, each followed by a norm and LeakyReLU.</summary>
internal sealed class ConvolutionalEncoder : Module
{
    /// <summary>What is left below zero.</summary>
    public const float Slope = 0.01f;

    private readonly NormedConvolution[] _layers;

    /// <summary>An encoder.</summary>
    /// <param name="name">The path.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="widths">Channels after each convolution.</param>
    /// <param name="normalization">The norm.</param>
    /// <param name="initialization">Where first values come from.</param>
    public ConvolutionalEncoder(
        string name, int channels, IReadOnlyList<int> widths, Normalization normalization, Initialization initialization)
        : base(name) =>
        _layers = [.. widths.Select((width, i) => Add(NormedConvolution.Of(
            PathOf($"{i}"), i == 0 ? channels : widths[i - 1], width, 3, normalization, initialization, stride: 2)))];

    /// <summary>The side after each convolution of an image, the image's own first.</summary>
    public static int[] Sides(int size, int convolutions)
    {
        var sides = new int[convolutions + 1];
        sides[0] = size;
        for (int i = 1; i < sides.Length; i++) sides[i] = (sides[i - 1] + 1) / 2;
        return sides;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (NormedConvolution layer in _layers) x = layer.Apply(x, pass).LeakyRelu(Slope);
        return x.Reshape([x.Shape[0], x.Shape[1] * x.Shape[2] * x.Shape[3]]);
    }
}
