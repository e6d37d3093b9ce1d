using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The discriminators of Pix2PixHD (Wang et al. 2018, "High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs"):
/// one
/// <see cref="PatchDiscriminator"/> for the image, another for its half, and so on, each scale an average-pooled one of the scale before.
/// </summary>
public sealed class MultiScaleDiscriminator : Module
{
    private const int Padding = 2;

    private readonly PatchDiscriminator[] _scales;
    private readonly AveragePool _pool;

    /// <summary>Discriminators of the image and its reductions.</summary>
    /// <param name="inChannels">Channels of the input: the condition's and the image's.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="scales">How many there are: 2 as published, 3 above 1024 pixels.</param>
    /// <param name="channels">Channels after each one's first layer.</param>
    /// <param name="layers">Layers of stride 2 in each.</param>
    /// <param name="normalization">The norm: instance norm as published.</param>
    public MultiScaleDiscriminator(
        int inChannels, Initialization initialization, int scales = 2, int channels = 64, int layers = 3,
        Normalization normalization = Normalization.Instance)
        : base("")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scales, 1);
        _pool = Add(new AveragePool("pool", kernel: 3, stride: 2, padding: 1));
        _scales = [.. Enumerable.Range(0, scales).Select(i => Add(
            new PatchDiscriminator(inChannels, initialization, channels, layers, normalization, Padding, $"scales.{i}")))];
    }

    /// <summary>What every layer of every scale makes of an input: the full size first, and of each scale the map last.</summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> Features(Tensor input, Pass pass)
    {
        var all = new IReadOnlyList<Tensor>[_scales.Length];
        Tensor image = input;
        for (int i = 0; i < all.Length; i++)
        {
            if (i > 0) image = _pool.Apply(image, pass);
            using (Scope.Enter(_scales[i].Name)) all[i] = _scales[i].Features(image, pass);
        }

        return all;
    }

    /// <summary>The map of the full size.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, pass)[0][^1];
}
