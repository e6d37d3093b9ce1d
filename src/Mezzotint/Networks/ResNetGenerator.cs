using Mezzotint.Layers;
using Mezzotint.Tensors;
using Interpolation = Mezzotint.Tensors.Ops.Interpolation;

namespace Mezzotint.Networks;

/// <summary>
/// The residual generator of WGAN-GP (Gulrajani et al. 2017, for CIFAR-10): a dense layer to the smallest image, residual blocks that
/// double it (nearest pixels; batch norm, ReLU and 3x3 convolution twice; a 1x1 convolution as shortcut), batch norm, ReLU, a 3x3
/// convolution, tanh. Where there are classes, the latent vector is followed by 1 at the image's class and 0 elsewhere (Mirza and Osindero
/// 2014).
/// </summary>
public sealed class ResNetGenerator : ConditionalGenerator
{
    private readonly int _stem, _features;
    private readonly Linear _first;
    private readonly Block[] _blocks;
    private readonly BatchNorm _norm;
    private readonly Conv2d _last;

    /// <summary>A generator.</summary>
    /// <param name="size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="channels">Channels of its features.</param>
    /// <param name="outChannels">Channels of the image.</param>
    /// <param name="classes">The names of its classes; null for none.</param>
    public ResNetGenerator(
        int size, Initialization initialization, int latent = 128, int channels = 128, int outChannels = 3, IReadOnlyList<string>? classes = null)
        : base(latent, size, outChannels, classes)
    {
        (_stem, _features) = (DcganDiscriminator.Stem(size), channels);
        _first = Add(new Linear("first", Inputs, _stem * _stem * channels, initialization));
        int doublings = DcganDiscriminator.Widths(size, channels, channels).Length;
        _blocks = [.. Enumerable.Range(0, doublings).Select(i => Add(new Block($"blocks.{i}", channels, initialization)))];
        _norm = Add(new BatchNorm("norm", channels));
        _last = Add(new Conv2d("last", channels, outChannels, 3, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _first.Apply(input, pass).Reshape([input.Shape[0], _stem, _stem, _features]);
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        return _last.Apply(_norm.Apply(x, pass).Relu(), pass).Tanh();
    }

    private sealed class Block : Module
    {
        private readonly BatchNorm _norm1, _norm2;
        private readonly Conv2d _conv1, _conv2, _shortcut;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _norm1 = Add(new BatchNorm(PathOf("norm1"), channels));
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization));
            _norm2 = Add(new BatchNorm(PathOf("norm2"), channels));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization));
            _shortcut = Add(new Conv2d(PathOf("shortcut"), channels, channels, 1, initialization));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = _conv1.Apply(Doubled(_norm1.Apply(input, pass).Relu()), pass);

            // A 1x1 convolution and the doubling of pixels may change places: it is cheaper on the smaller image.
            return _conv2.Apply(_norm2.Apply(x, pass).Relu(), pass) + Doubled(_shortcut.Apply(input, pass));
        }

        private static Tensor Doubled(Tensor image) => image.Resize(2 * image.Shape[1], 2 * image.Shape[2], Interpolation.Nearest);
    }
}
