using System.Numerics;
using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The discriminator of DCGAN (Radford, Metz and Chintala 2016): images N,H,W,C in [-1, 1] to one number each, [N, 1], above zero for real,
/// by convolutions of 4x4 and stride 2 with LeakyReLU, batch norm after all but the first and the last, no biases. The sigmoid is the
/// objective's.
/// </summary>
public sealed class DcganDiscriminator : Module
{
    private const double Deviation = 0.02;
    private const float Slope = 0.2f;

    private readonly NormedConvolution[] _layers;

    /// <summary>A discriminator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="size">The image's side, in pixels: a power of 2 from 8 on.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels at half the image's side; they double from there towards 4x4.</param>
    /// <param name="mostChannels">Where they stop doubling.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="normalization">
    /// The norm: batch norm as published, but none where a gradient penalty asks each image's output to depend on that image alone.
    /// </param>
    public DcganDiscriminator(
        int size, Initialization initialization, int channels = 64, int mostChannels = 1024, int inChannels = 3,
        Normalization normalization = Normalization.Batch)
        : base("")
    {
        Initialization drawn = initialization with { Deviation = Deviation };
        int[] widths = Widths(size, channels, mostChannels);
        _layers = [
            Layer(0, inChannels, widths[0], stride: 2, padding: 1, Normalization.None),
            .. Enumerable.Range(1, widths.Length - 1).Select(i => Layer(i, widths[i - 1], widths[i], stride: 2, padding: 1, normalization)),
            Layer(widths.Length, widths[^1], 1, stride: 1, padding: 0, Normalization.None),
        ];

        NormedConvolution Layer(int index, int from, int to, int stride, int padding, Normalization norm) =>
            Add(NormedConvolution.Of($"layers.{index}", from, to, 4, norm, drawn, stride, padding, bias: false));
    }

    /// <summary>The channels from half of an image's side down to 4x4.</summary>
    internal static int[] Widths(int size, int channels, int mostChannels)
    {
        if (size < 8 || !BitOperations.IsPow2(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, "DCGAN makes images whose side is a power of 2, at least 8.");
        return [.. Enumerable.Range(0, BitOperations.Log2((uint)size) - 2).Select(i => (int)Math.Min((long)channels << i, mostChannels))];
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (NormedConvolution layer in _layers.SkipLast(1)) x = layer.Apply(x, pass).LeakyRelu(Slope);
        return _layers[^1].Apply(x, pass).Reshape([input.Shape[0], 1]);
    }
}
