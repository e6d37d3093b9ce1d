using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The discriminator of SRGAN (Ledig et al. 2017): eight 3x3 convolutions, every second of stride 2, with batch norm but after the first,
/// and two dense layers, of which the first follows the crop's size. Images N,S,S,C in [-1, 1] to one number each, [N, 1], above zero for
/// real; the sigmoid is the objective's.
/// </summary>
public sealed class SrganDiscriminator : Module
{
    /// <summary>What the side of a crop must be a multiple of.</summary>
    public const int Reduction = 1 << Halvings;

    private const float Slope = 0.2f;
    private const int Hidden = 1024;
    private const int Halvings = 4;

    private readonly NormedConvolution[] _layers;
    private readonly Linear _dense, _last;

    /// <summary>A discriminator.</summary>
    /// <param name="crop">The side of its images, in pixels, a multiple of 16: 96 as published.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the first layer; they double three times.</param>
    /// <param name="imageChannels">Channels of the images.</param>
    /// <param name="name">The path of its variables; empty for a network by itself.</param>
    public SrganDiscriminator(int crop, Initialization initialization, int channels = 64, int imageChannels = 3, string name = "")
        : base(name)
    {
        int side = crop >> Halvings;
        if (side < 1 || side << Halvings != crop)
            throw new ArgumentOutOfRangeException(nameof(crop), crop,
                $"SRGAN's discriminator takes crops whose side is a multiple of {Reduction}.");
        int[] widths = [imageChannels, .. Enumerable.Range(0, 2 * Halvings).Select(i => channels << (i / 2))];
        _layers = [.. Enumerable.Range(0, 2 * Halvings).Select(i => Add(NormedConvolution.Of(
            PathOf($"layers.{i}"), widths[i], widths[i + 1], 3, i == 0 ? Normalization.None : Normalization.Batch, initialization,
            stride: 1 + i % 2)))];
        _dense = Add(new Linear(PathOf("dense"), side * side * widths[^1], Hidden, initialization));
        _last = Add(new Linear(PathOf("last"), Hidden, 1, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (NormedConvolution layer in _layers) x = layer.Apply(x, pass).LeakyRelu(Slope);
        x = x.Reshape([x.Shape[0], (int)(x.Shape.Count / x.Shape[0])]);
        return _last.Apply(_dense.Apply(x, pass).LeakyRelu(Slope), pass);
    }
}
