using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// Our own network, designed for quality per operation: residual blocks of two 3x3 convolutions without batch norm, all at the low
/// resolution, one sub-pixel convolution straight to the picture, and the input itself, its pixels repeated, added before the pixels are
/// shuffled, so that only what repetition lacks is learned.
/// </summary>
/// <remarks>
/// At scale 1 there is nothing to shuffle, and what is learned is what the input has too much. Every operation runs where pixels are few;
/// ReLU alone, whose gradient needs nothing but its output, keeps training's memory small; the branches of the residual blocks begin at a
/// tenth of He's deviation (as MSRResNet's, Wang et al. 2018), so that depth does not slow the start.
/// </remarks>
public sealed class CompactResNet : SuperResolver
{
    private readonly Conv2d _head;
    private readonly Block[] _blocks;
    private readonly Conv2d _join;
    private readonly Conv2d _tail;

    /// <summary>The network.</summary>
    /// <param name="scale">1 to 4.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="imageChannels">Channels of the images.</param>
    public CompactResNet(int scale, Initialization initialization, int channels, int blocks, int imageChannels = 3)
        : base(scale, imageChannels)
    {
        _head = Add(new Conv2d("head", imageChannels, channels, 3, initialization));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block($"body.{i}", channels, initialization)))];
        _join = Add(new Conv2d("join", channels, channels, 3, initialization));
        _tail = Add(new Conv2d("tail", channels, imageChannels * scale * scale, 3, initialization, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor first = _head.Apply(input - 0.5f, pass);
        Tensor x = first;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = _join.Apply(x, pass) + first;
        Tensor detail = _tail.Apply(x.Relu(), pass);

        if (Scale == 1) return detail + input;

        // The channels of a pixel once more for each of the pixels that the shuffle makes of it.
        Shape s = input.Shape;
        Tensor whole = detail.Reshape([s[0], s[1], s[2], Scale * Scale, s[3]]) + input.Reshape([s[0], s[1], s[2], 1, s[3]]);
        return whole.Reshape(detail.Shape).PixelShuffle(Scale);
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization, gain: 0.1));
        }

        protected override Tensor Forward(Tensor input, Pass pass) => input + _conv2.Apply(_conv1.Apply(input, pass).Relu(), pass);
    }
}
