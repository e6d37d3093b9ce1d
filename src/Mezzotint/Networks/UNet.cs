using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The U-Net generator of pix2pix (Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks"): convolutions of
/// 4x4 that halve the image until 1x1, transposed ones that double it again, each given the features of its size from the way down. Images
/// N,H,W,C to images of the same size in (-1, 1); sides are multiples of 2 to the power of the depth.
/// </summary>
/// <remarks>
/// Batch norm after every layer but the first, the innermost and the last. Dropout after the three innermost layers on the way up; it and
/// the batch's statistics are what makes results vary, so the published method keeps both when it translates: with a pass of updates that
/// are thrown away.
/// </remarks>
public sealed class UNet : Module, IStyledGenerator
{
    private const double Deviation = 0.02;
    private const float Slope = 0.2f;
    private const int MostChannels = 8;
    private const int DroppedLayers = 3;

    private readonly NormedConvolution[] _down;
    private readonly NormedConvolution[] _up;
    private readonly Dropout[] _dropout;
    private readonly StyleModulation[] _styles;

    /// <summary>A U-Net; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels after the first layer; they double up to eight times as many.</param>
    /// <param name="depth">Layers on the way down: 8 for 256 pixels as published, 7 for 128; at least 2.</param>
    /// <param name="dropout">The share of elements that dropout drops.</param>
    /// <param name="style"> Elements of a style vector, which scales and shifts what instance norms, in place of batch norms, make on the
    /// way up (AdaIN; not in the paper); 0 for none.
    /// </param>
    public UNet(
        int inChannels, int outChannels, Initialization initialization, int channels = 64, int depth = 8, double dropout = 0.5, int style = 0)
        : base("")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 2);
        Depth = depth;
        Initialization drawn = initialization with { Deviation = Deviation };
        int[] widths = [inChannels, .. Enumerable.Range(0, depth).Select(i => channels * Math.Min(1 << Math.Min(i, 30), MostChannels))];
        _down = [.. Enumerable.Range(0, depth).Select(i => Add(NormedConvolution.Of(
            $"down.{i}", widths[i], widths[i + 1], 4, i == 0 || i == depth - 1 ? Normalization.None : Normalization.Batch, drawn,
            stride: 2, padding: 1)))];

        // Layer i on the way up undoes layer i on the way down; the innermost alone has no second half of its input from there.
        _up = [.. Enumerable.Range(0, depth).Select(i => Add(NormedConvolution.Transposed(
            $"up.{i}", (i == depth - 1 ? 1 : 2) * widths[i + 1], i == 0 ? outChannels : widths[i], 4,
            i == 0 ? Normalization.None : style > 0 ? Normalization.Instance : Normalization.Batch, drawn, stride: 2, padding: 1)))];
        _styles = style == 0 ? [] : [.. Enumerable.Range(1, depth - 1).Select(i => Add(new StyleModulation($"up.{i}.style", style, widths[i], drawn)))];
        _dropout = [.. Enumerable.Range(0, Math.Min(DroppedLayers, depth - 1)).Select(i => Add(new Dropout($"dropout.{i}", dropout)))];
    }

    /// <summary>Layers on the way down.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    public int Multiple => 1 << Depth;

    /// <inheritdoc/>
    public Tensor Apply(Tensor input, Tensor? style, Pass pass)
    {
        var features = new Tensor[Depth];
        for (int i = 0; i < Depth; i++) features[i] = _down[i].Apply(i == 0 ? input : features[i - 1].LeakyRelu(Slope), pass);

        Tensor x = Up(Depth - 1, features[^1].Relu());
        for (int i = Depth - 2; i >= 0; i--)
        {
            int fromInside = Depth - 2 - i;
            if (fromInside < _dropout.Length) x = _dropout[fromInside].Apply(x, pass);
            x = Up(i, Tensor.Concat(3, features[i].Relu(), x.Relu()));
        }

        return x.Tanh();

        Tensor Up(int layer, Tensor given)
        {
            Tensor result = _up[layer].Apply(given, pass);
            return style is null || _styles.Length == 0 || layer == 0 ? result : _styles[layer - 1].Modulate(result, style, pass);
        }
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Apply(input, null, pass);
}
