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
    private readonly (Linear Weights, BatchNorm? Norm)[] _hidden;
    private readonly Linear? _last;

    /// <summary>A discriminator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels at half the image's side; they double from there towards 4x4.</param>
    /// <param name="mostChannels">Where they stop doubling.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="normalization"> The norm: batch norm as published, but none where a gradient penalty asks each image's output to depend
    /// on that image alone; spectral norm is in all layers. Without batch norm there are biases.
    /// </param>
    /// <param name="name">The path of its variables; empty for a network by itself.</param>
    /// <param name="hidden"> Elements of each dense layer between the convolutions and the last one, which InfoGAN (Chen et al. 2016,
    /// appendix C) adds for digits; null for none, as published.
    /// </param>
    public DcganDiscriminator(
        int size, Initialization initialization, int channels = 64, int mostChannels = 1024, int inChannels = 3,
        Normalization normalization = Normalization.Batch, string name = "", IReadOnlyList<int>? hidden = null)
        : base(name)
    {
        Initialization drawn = initialization with { Deviation = Deviation };
        int[] widths = Widths(size, channels, mostChannels);
        bool batch = normalization == Normalization.Batch;
        Normalization ends = normalization == Normalization.Spectral ? Normalization.Spectral : Normalization.None;
        _layers = [
            Layer(0, inChannels, widths[0], 4, stride: 2, padding: 1, ends),
            .. Enumerable.Range(1, widths.Length - 1).Select(i => Layer(i, widths[i - 1], widths[i], 4, stride: 2, padding: 1, normalization)),
        ];
        int[] dense = [Stem(size) * Stem(size) * widths[^1], .. hidden ?? []];
        bool spectral = normalization == Normalization.Spectral;
        _hidden = [.. Enumerable.Range(0, dense.Length - 1).Select(i => (
            Add(new Linear(PathOf($"hidden.{i}.dense"), dense[i], dense[i + 1], drawn, bias: !batch, spectral)),
            batch ? Add(new BatchNorm(PathOf($"hidden.{i}.norm"), dense[i + 1], drawn)) : null))];
        if (_hidden.Length > 0) _last = Add(new Linear(PathOf("last"), dense[^1], 1, drawn, bias: !batch, spectral));
        else _layers = [.. _layers, Layer(widths.Length, widths[^1], 1, Stem(size), stride: 1, padding: 0, ends)];

        NormedConvolution Layer(int index, int from, int to, int kernel, int stride, int padding, Normalization norm) =>
            Add(NormedConvolution.Of(PathOf($"layers.{index}"), from, to, kernel, norm, drawn, stride, padding, bias: !batch));
    }

    /// <summary>Whether images of a side can be made by doubling 4 to 7 pixels.</summary>
    public static bool Makes(int size) => size >= 8 && Stem(size) < 8;

    /// <summary>The side that an image's comes down to by halves: 4 for powers of 2, 7 for 28.</summary>
    internal static int Stem(int size)
    {
        while (size >= 8 && size % 2 == 0) size /= 2;
        return size;
    }

    /// <summary>The channels from half of an image's side down to the stem.</summary>
    internal static int[] Widths(int size, int channels, int mostChannels)
    {
        if (!Makes(size))
        {
            throw new ArgumentOutOfRangeException(
                nameof(size), size, "DCGAN makes images whose side is 4, 5, 6 or 7 times a power of 2, at least 8.");
        }

        int halvings = BitOperations.Log2((uint)(size / Stem(size)));
        return [.. Enumerable.Range(0, halvings).Select(i => (int)Math.Min((long)channels << i, mostChannels))];
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (NormedConvolution layer in _last is null ? _layers.SkipLast(1) : _layers) x = layer.Apply(x, pass).LeakyRelu(Slope);
        if (_last is null) return _layers[^1].Apply(x, pass).Reshape([input.Shape[0], 1]);
        x = x.Reshape(Shape.Create([input.Shape[0], (int)(x.Shape.Count / input.Shape[0])]));
        foreach ((Linear weights, BatchNorm? norm) in _hidden)
        {
            x = weights.Apply(x, pass);
            x = (norm?.Apply(x, pass) ?? x).LeakyRelu(Slope);
        }

        return _last.Apply(x, pass);
    }
}
