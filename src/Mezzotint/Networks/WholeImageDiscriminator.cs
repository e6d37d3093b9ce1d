using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// Judges an image N,H,W,C as a whole: convolutions of 4x4 that halve it down to a few pixels, the mean over them, and one number for each
/// image, [N, 1]. The global one of a pair of which the local one is a <see cref="PatchDiscriminator"/> (Iizuka et al. 2017).
/// </summary>
public sealed class WholeImageDiscriminator : Module
{
    private const double Deviation = 0.02;
    private const float Slope = 0.2f;
    private const int Kernel = 4;
    private const int MostChannels = 8;

    private readonly NormedConvolution[] _layers;
    private readonly Linear _head;

    /// <summary>A discriminator; weights are drawn with deviation 0.02.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels after the first layer; they double up to eight times as many.</param>
    /// <param name="layers">Layers of stride 2; with six, 256 pixels become 4.</param>
    /// <param name="normalization">The norm after all layers but the first; spectral norm is in all.</param>
    /// <param name="name">The path; empty for a network of its own.</param>
    public WholeImageDiscriminator(
        int inChannels, Initialization initialization, int channels = 64, int layers = 6, Normalization normalization = Normalization.Instance,
        string name = "")
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        Initialization drawn = initialization with { Deviation = Deviation };
        int[] widths = [inChannels, .. Enumerable.Range(0, layers).Select(i => channels * Math.Min(1 << Math.Min(i, 30), MostChannels))];
        bool spectral = normalization == Normalization.Spectral;
        _layers = [.. Enumerable.Range(0, layers).Select(i => Add(NormedConvolution.Of(
            PathOf($"layers.{i}"), widths[i], widths[i + 1], Kernel, i == 0 && !spectral ? Normalization.None : normalization, drawn,
            stride: 2, padding: 1)))];
        _head = Add(new Linear(PathOf("head"), widths[^1], 1, drawn, spectral: spectral));
    }

    /// <summary>What every layer makes of an input, the numbers last.</summary>
    public IReadOnlyList<Tensor> Features(Tensor input, Pass pass)
    {
        var features = new Tensor[_layers.Length + 1];
        Tensor x = input;
        for (int i = 0; i < _layers.Length; i++) features[i] = x = _layers[i].Apply(x, pass).LeakyRelu(Slope);
        features[^1] = _head.Apply(x.Mean(1, 2).Reshape([x.Shape[0], x.Shape[3]]), pass);
        return features;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, pass)[^1];
}
