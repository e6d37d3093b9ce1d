using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The coarse-to-fine generator of Pix2PixHD (Wang et al. 2018): the global generator, without its last convolution, on the halved
/// condition; its features are added to those that the local enhancer takes from the condition itself, and the enhancer goes on from the
/// sum. Conditions N,H,W,C to images of the same size in (-1, 1); sides are multiples of 2 to the number of downs and one more.
/// </summary>
/// <remarks>It is trained in stages: the global generator alone, the enhancer with the global one fixed, then all.</remarks>
public sealed class Pix2PixHDEnhancer : Module, IStyledGenerator
{
    private readonly AveragePool _pool;
    private readonly Pix2PixHDGlobal _global;
    private readonly NormedConvolution _head, _down, _up;
    private readonly ReflectedBlock[] _blocks;
    private readonly Conv2d _tail;

    /// <summary>A generator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="inChannels">Channels of the condition.</param>
    /// <param name="outChannels">Channels of the image.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels at full size; the global generator has twice as many at half of it.</param>
    /// <param name="downs">The global generator's layers of stride 2.</param>
    /// <param name="globalBlocks">The global generator's residual blocks.</param>
    /// <param name="localBlocks">The enhancer's residual blocks.</param>
    /// <param name="style">Elements of the style vector that the blocks are given (AdaIN; not in the paper); 0 for none.</param>
    public Pix2PixHDEnhancer(
        int inChannels, int outChannels, Initialization initialization, int channels = 32, int downs = 4, int globalBlocks = 9,
        int localBlocks = 3, int style = 0)
        : base("")
    {
        Multiple = 2 << downs;
        Initialization drawn = initialization with { Deviation = Pix2PixHDGlobal.Deviation };
        _pool = Add(new AveragePool("pool", kernel: 3, stride: 2, padding: 1));
        _global = Add(new Pix2PixHDGlobal("global", inChannels, null, initialization, 2 * channels, downs, globalBlocks, style));
        _head = Add(NormedConvolution.Of(
            "local.head", inChannels, channels, Pix2PixHDGlobal.HeadKernel, Normalization.Instance, drawn, padding: 0));
        _down = Add(NormedConvolution.Of("local.down", channels, 2 * channels, 3, Normalization.Instance, drawn, stride: 2, padding: 1));
        _blocks = [.. Enumerable.Range(0, localBlocks).Select(i => Add(new ReflectedBlock($"local.body.{i}", 2 * channels, drawn, style)))];
        _up = Add(NormedConvolution.Transposed(
            "local.up", 2 * channels, channels, 3, Normalization.Instance, drawn, stride: 2, padding: 1, outputPadding: 1));
        _tail = Add(new Conv2d("local.tail", channels, outChannels, Pix2PixHDGlobal.HeadKernel, drawn, padding: 0));
    }

    /// <summary>
    /// The global generator, without its last convolution. Its variables are those of a <see cref="Pix2PixHDGlobal"/> below <c>global.</c>
    /// </summary>
    public Module Global => _global;

    /// <inheritdoc/>
    public int Multiple { get; }

    /// <inheritdoc/>
    public Tensor Apply(Tensor input, Tensor? style, Pass pass)
    {
        const int Margin = Pix2PixHDGlobal.HeadKernel / 2;
        Tensor coarse = _global.Apply(_pool.Apply(input, pass), style, pass);
        Tensor x = _down.Apply(_head.Apply(input.ReflectPad(Margin), pass).Relu(), pass).Relu() + coarse;
        foreach (ReflectedBlock block in _blocks) x = block.Apply(x, style, pass);
        return _tail.Apply(_up.Apply(x, pass).Relu().ReflectPad(Margin), pass).Tanh();
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Apply(input, null, pass);
}
