using System.Numerics;
using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The generator of DCGAN (Radford, Metz and Chintala 2016, "Unsupervised Representation Learning with Deep Convolutional Generative
/// Adversarial Networks"): a latent vector [N, latent] to images N,H,W,C in (-1, 1) by transposed convolutions of 4x4, each but the last
/// followed by batch norm and ReLU, none with a bias. Published for 64 pixels; other sizes have a stage more or less for each factor of 2.
/// Where there are classes, the latent vector is followed by 1 at the image's class and 0 elsewhere (Mirza and Osindero 2014, "Conditional
/// Generative Adversarial Nets").
/// </summary>
/// <remarks>
/// Small images leave few stages, and the first one, a linear map, must then hold all the structure there is. Hidden dense layers before
/// it, with batch norm and ReLU, are what InfoGAN (Chen et al. 2016, appendix C) gives DCGAN for digits.
/// </remarks>
public sealed class DcganGenerator : ConditionalGenerator
{
    private const double Deviation = 0.02;

    private readonly (Linear Weights, BatchNorm Norm)[] _hidden;
    private readonly NormedConvolution[] _layers;
    private readonly int _border;

    /// <summary>A generator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="channels">Channels at half the image's side; they double from there towards 4x4.</param>
    /// <param name="mostChannels">Where they stop doubling.</param>
    /// <param name="outChannels">Channels of the image.</param>
    /// <param name="classes">The names of its classes; null for none.</param>
    /// <param name="hidden">Elements of each dense layer before the first transposed convolution; null for none, as published.</param>
    /// <param name="pointwise"> Whether the last layer is of 1x1, behind a stage that has the image's size and <paramref name="channels"/>
    /// channels, as some have it for small images. That size is then 4 times a power of 2, and of an image of another one its middle.
    /// </param>
    public DcganGenerator(
        int size, Initialization initialization, int latent = 100, int channels = 64, int mostChannels = 1024, int outChannels = 3,
        IReadOnlyList<string>? classes = null, IReadOnlyList<int>? hidden = null, bool pointwise = false)
        : base(latent, size, outChannels, classes)
    {
        Initialization drawn = initialization with { Deviation = Deviation };
        int whole = pointwise ? (int)BitOperations.RoundUpToPowerOf2((uint)size) : size, doubled = pointwise ? 2 * whole : size;
        _border = (whole - size) / 2;
        int[] widths = [.. DcganDiscriminator.Widths(doubled, channels, mostChannels).Reverse()];
        int[] dense = [Inputs, .. hidden ?? []];
        _hidden = [.. Enumerable.Range(0, dense.Length - 1).Select(i => (
            Add(new Linear($"hidden.{i}.dense", dense[i], dense[i + 1], drawn, bias: false)),
            Add(new BatchNorm($"hidden.{i}.norm", dense[i + 1], drawn))))];
        _layers = [
            Layer(0, dense[^1], widths[0], DcganDiscriminator.Stem(doubled), stride: 1, padding: 0, Normalization.Batch),
            .. Enumerable.Range(1, widths.Length - 1)
                .Select(i => Layer(i, widths[i - 1], widths[i], 4, stride: 2, padding: 1, Normalization.Batch)),
            pointwise
                ? Layer(widths.Length, widths[^1], outChannels, 1, stride: 1, padding: 0, Normalization.None)
                : Layer(widths.Length, widths[^1], outChannels, 4, stride: 2, padding: 1, Normalization.None),
        ];

        NormedConvolution Layer(int index, int from, int to, int kernel, int stride, int padding, Normalization norm) =>
            Add(NormedConvolution.Transposed($"layers.{index}", from, to, kernel, norm, drawn, stride, padding, bias: false));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach ((Linear weights, BatchNorm norm) in _hidden) x = norm.Apply(weights.Apply(x, pass), pass).Relu();
        x = x.Reshape([input.Shape[0], 1, 1, x.Shape[1]]);
        foreach (NormedConvolution layer in _layers.SkipLast(1)) x = layer.Apply(x, pass).Relu();
        if (_border > 0) x = x.Slice(1, _border, x.Shape[1] - 2 * _border).Slice(2, _border, x.Shape[2] - 2 * _border);
        return _layers[^1].Apply(x, pass).Tanh();
    }
}
