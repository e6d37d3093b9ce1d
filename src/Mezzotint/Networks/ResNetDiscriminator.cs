using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The residual critic of WGAN-GP (Gulrajani et al. 2017, for CIFAR-10): images N,H,W,C to one number each, [N, 1], by residual blocks of
/// ReLU and 3x3 convolutions, the first ones halving the image by average pooling; ReLU, the mean over pixels, a dense layer. Without norms
/// of activations, so an image's output depends on that image alone. With spectral norm it is SNGAN's (Miyato et al. 2018), which takes the
/// sum over pixels: a mean, in a network that stretches nothing, would leave outputs too close together for a hinge at 1.
/// </summary>
public sealed class ResNetDiscriminator : Module
{
    private const int Least = 2;

    private readonly Block[] _blocks;
    private readonly Linear _last;
    private readonly bool _spectral;

    /// <summary>A critic.</summary>
    /// <param name="name">The path.</param>
    /// <param name="size">The image's side, in pixels: 4 to 7 times a power of 2, from 8 on.</param>
    /// <param name="inChannels">Channels of the image, and planes of its classes.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of its features.</param>
    /// <param name="spectral">Whether all layers have spectral norm.</param>
    public ResNetDiscriminator(
        string name, int size, int inChannels, Initialization initialization, int channels = 128, bool spectral = false)
        : base(name)
    {
        _spectral = spectral;

        // For 32 pixels: 16, 8, 8, 8, as published.
        int halvings = Math.Min(DcganDiscriminator.Widths(size, channels, channels).Length, Math.Max(Least, DcganDiscriminator.Widths(size, 1, 1).Length - 1));
        _blocks = [.. Enumerable.Range(0, halvings + 2).Select(i => Add(
            new Block(PathOf($"blocks.{i}"), i == 0 ? inChannels : channels, channels, first: i == 0, halves: i < halvings, initialization, spectral)))];
        _last = Add(new Linear(PathOf("last"), channels, 1, initialization, bias: !spectral, spectral));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = x.Relu();
        return _last.Apply((_spectral ? x.Sum(1, 2) : x.Mean(1, 2)).Reshape([input.Shape[0], x.Shape[3]]), pass);
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;
        private readonly Conv2d? _shortcut;
        private readonly AveragePool? _pool;
        private readonly bool _first;

        public Block(string name, int from, int to, bool first, bool halves, Initialization initialization, bool spectral)
            : base(name)
        {
            _first = first;
            _conv1 = Add(new Conv2d(PathOf("conv1"), from, to, 3, initialization, spectral: spectral));
            _conv2 = Add(new Conv2d(PathOf("conv2"), to, to, 3, initialization, spectral: spectral));
            if (halves) _pool = Add(new AveragePool(PathOf("pool"), 2, 2, 0));
            if (halves) _shortcut = Add(new Conv2d(PathOf("shortcut"), from, to, 1, initialization, spectral: spectral));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            // The first block's input is the image: a ReLU would take half of it away.
            Tensor x = _conv2.Apply(_conv1.Apply(_first ? input : input.Relu(), pass).Relu(), pass);
            if (_pool is null || _shortcut is null) return x + input;

            // The pooling and a 1x1 convolution may change places: it is cheaper on the smaller image.
            return _pool.Apply(x, pass) + _shortcut.Apply(_pool.Apply(input, pass), pass);
        }
    }
}
