using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// PatchGAN (Isola et al. 2017): judges every patch of an image N,H,W,C by itself, 70x70 pixels with three layers of stride 2. Its output
/// is a map N,H',W',1, above zero where it takes the patch for real; sigmoids are the objective's. In pix2pix its input is the condition
/// and the image, one after the other along the channels.
/// </summary>
public sealed class PatchDiscriminator : Module
{
    private const double Deviation = 0.02;
    private const float Slope = 0.2f;
    private const int Kernel = 4;
    private const int MostChannels = 8;

    private readonly NormedConvolution[] _layers;

    /// <summary>A discriminator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels after the first layer; they double up to eight times as many.</param>
    /// <param name="layers">Layers of stride 2; patches are of 16, 34, 70, 142, 286 pixels for one to five.</param>
    /// <param name="normalization">
    /// The norm after all layers but the first and the last: batch norm in pix2pix, instance norm in its successors; spectral norm
    /// is in all layers.
    /// </param>
    /// <param name="padding">Zeros on each side of every layer, in pixels: 1 in pix2pix, 2 in Pix2PixHD.</param>
    /// <param name="name">The path; empty for a network of its own.</param>
    public PatchDiscriminator(
        int inChannels, Initialization initialization, int channels = 64, int layers = 3,
        Normalization normalization = Normalization.Batch, int padding = 1, string name = "")
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        Initialization drawn = initialization with { Deviation = Deviation };
        IEnumerable<int> doubled = Enumerable.Range(0, layers + 1).Select(i => channels * Math.Min(1 << Math.Min(i, 30), MostChannels));
        int[] widths = [inChannels, .. doubled, 1];
        Normalization ends = normalization == Normalization.Spectral ? Normalization.Spectral : Normalization.None;
        _layers = [.. Enumerable.Range(0, layers + 2).Select(i => Add(NormedConvolution.Of(
            PathOf($"layers.{i}"), widths[i], widths[i + 1], Kernel, i == 0 || i == layers + 1 ? ends : normalization, drawn,
            stride: i < layers ? 2 : 1, padding: padding)))];
    }

    /// <summary>What every layer makes of an input, the map last.</summary>
    public IReadOnlyList<Tensor> Features(Tensor input, Pass pass)
    {
        var features = new Tensor[_layers.Length];
        Tensor x = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].Apply(x, pass);
            features[i] = x = i < _layers.Length - 1 ? x.LeakyRelu(Slope) : x;
        }

        return features;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, pass)[^1];
}
