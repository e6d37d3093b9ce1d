using System.Numerics;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// SRResNet as a widely used PyTorch version of SRGAN has it: convolutions with biases, a learned rectifier where the paper joins with
/// batch norm, the first features added behind it, and a hyperbolic tangent that keeps the result in [0, 1]. Variables are named as in its
/// files.
/// </summary>
public sealed class BoundedSrResNet : SuperResolver
{
    private readonly Conv2d _first, _joined, _last;
    private readonly PRelu _firstRectifier, _joinedRectifier;
    private readonly Block[] _blocks;
    private readonly Enlargement[] _enlargements;

    /// <summary>The network, 5 blocks of 64 channels as published.</summary>
    /// <param name="scale">2, 4 or 8.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    public BoundedSrResNet(int scale, Initialization initialization, int channels = 64, int blocks = 5)
        : base(scale)
    {
        if (scale is not (2 or 4 or 8)) throw new MezzotintException($"This SRResNet enlarges 2, 4 or 8 times, and not {scale}.");
        _first = Add(new Conv2d("block1.0", 3, channels, 9, initialization));
        _firstRectifier = Add(new PRelu("block1.1"));
        _blocks = [.. Enumerable.Range(2, blocks).Select(i => Add(new Block($"block{i}", channels, initialization)))];
        _joined = Add(new Conv2d($"block{blocks + 2}.0", channels, channels, 3, initialization));
        _joinedRectifier = Add(new PRelu($"block{blocks + 2}.1"));
        string tail = $"block{blocks + 3}";
        int doublings = BitOperations.Log2((uint)scale);
        _enlargements = [.. Enumerable.Range(0, doublings).Select(i => Add(new Enlargement($"{tail}.{i}", channels, initialization)))];
        _last = Add(new Conv2d($"{tail}.{doublings}", channels, 3, 9, initialization, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor first = _firstRectifier.Apply(_first.Apply(input, pass), pass), x = first;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = first + _joinedRectifier.Apply(_joined.Apply(x, pass), pass);
        foreach (Enlargement enlargement in _enlargements) x = enlargement.Apply(x, pass);
        return _last.Apply(x, pass).Tanh() * 0.5f + 0.5f;
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;
        private readonly BatchNorm _norm1, _norm2;
        private readonly PRelu _rectifier;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization));
            _norm1 = Add(new BatchNorm(PathOf("bn1"), channels));
            _rectifier = Add(new PRelu(PathOf("prelu")));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization));
            _norm2 = Add(new BatchNorm(PathOf("bn2"), channels));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = _rectifier.Apply(_norm1.Apply(_conv1.Apply(input, pass), pass), pass);
            return input + _norm2.Apply(_conv2.Apply(x, pass), pass);
        }
    }

    private sealed class Enlargement : Module
    {
        private readonly Conv2d _conv;
        private readonly PRelu _rectifier;

        public Enlargement(string name, int channels, Initialization initialization)
            : base(name)
        {
            _conv = Add(new Conv2d(PathOf("conv"), channels, 4 * channels, 3, initialization));
            _rectifier = Add(new PRelu(PathOf("prelu")));
        }

        protected override Tensor Forward(Tensor input, Pass pass) => _rectifier.Apply(_conv.Apply(input, pass).PixelShuffle(2), pass);
    }
}
