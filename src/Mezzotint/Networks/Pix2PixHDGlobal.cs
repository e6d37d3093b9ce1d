using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The global generator of Pix2PixHD (Wang et al. 2018, after Johnson et al. 2016): a 7x7 convolution, convolutions of stride 2, residual
/// blocks, transposed convolutions, a 7x7 convolution; instance norm everywhere, edges mirrored. Conditions N,H,W,C to images of the same
/// size in (-1, 1); sides are multiples of 2 to the number of downs.
/// </summary>
public sealed class Pix2PixHDGlobal : Module, IStyledGenerator
{
    internal const double Deviation = 0.02;
    internal const int HeadKernel = 7;

    private readonly NormedConvolution _head;
    private readonly NormedConvolution[] _down;
    private readonly ReflectedBlock[] _blocks;
    private readonly NormedConvolution[] _up;
    private readonly Conv2d? _tail;

    /// <summary>A generator; weights are drawn with deviation 0.02, as published.</summary>
    /// <param name="inChannels">Channels of the condition.</param>
    /// <param name="outChannels">Channels of the image.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels at full size; they double with each down.</param>
    /// <param name="downs">Layers of stride 2.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="style">Elements of the style vector that the blocks are given (AdaIN; not in the paper); 0 for none.</param>
    public Pix2PixHDGlobal(
        int inChannels, int outChannels, Initialization initialization, int channels = 64, int downs = 4, int blocks = 9, int style = 0)
        : this("", inChannels, outChannels, initialization, channels, downs, blocks, style)
    {
    }

    /// <summary>The generator as a part of another; without an image's channels it ends with its features.</summary>
    internal Pix2PixHDGlobal(
        string name, int inChannels, int? outChannels, Initialization initialization, int channels, int downs, int blocks,
        int style = 0)
        : base(name)
    {
        Multiple = 1 << downs;
        Initialization drawn = initialization with { Deviation = Deviation };
        _head = Add(NormedConvolution.Of(PathOf("head"), inChannels, channels, HeadKernel, Normalization.Instance, drawn, padding: 0));
        _down = [.. Enumerable.Range(0, downs).Select(i => Add(NormedConvolution.Of(
            PathOf($"down.{i}"), channels << i, channels << (i + 1), 3, Normalization.Instance, drawn, stride: 2, padding: 1)))];
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new ReflectedBlock(PathOf($"body.{i}"), channels << downs, drawn, style)))];
        _up = [.. Enumerable.Range(0, downs).Select(i => Add(NormedConvolution.Transposed(
            PathOf($"up.{i}"), channels << (downs - i), channels << (downs - i - 1), 3, Normalization.Instance, drawn, stride: 2,
            padding: 1, outputPadding: 1)))];
        if (outChannels is { } colours) _tail = Add(new Conv2d(PathOf("tail"), channels, colours, HeadKernel, drawn, padding: 0));
    }

    /// <inheritdoc/>
    public int Multiple { get; }

    /// <inheritdoc/>
    public Tensor Apply(Tensor input, Tensor? style, Pass pass)
    {
        if (Name.Length == 0) return Write(input, style, pass);
        using (Scope.Enter(Name[(Name.LastIndexOf('.') + 1)..])) return Write(input, style, pass);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Write(input, null, pass);

    private Tensor Write(Tensor input, Tensor? style, Pass pass)
    {
        Tensor x = _head.Apply(input.ReflectPad(HeadKernel / 2), pass).Relu();
        foreach (NormedConvolution down in _down) x = down.Apply(x, pass).Relu();
        foreach (ReflectedBlock block in _blocks) x = block.Apply(x, style, pass);
        foreach (NormedConvolution up in _up) x = up.Apply(x, pass).Relu();
        return _tail is null ? x : _tail.Apply(x.ReflectPad(HeadKernel / 2), pass).Tanh();
    }
}
