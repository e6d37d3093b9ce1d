using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// SRResNet (Ledig et al. 2017, "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network"): a 9x9 convolution,
/// residual blocks with batch norm, a long skip, sub-pixel convolutions of factor 2 (or one of factor 3), a 9x9 convolution.
/// </summary>
public sealed class SrResNet : SuperResolver
{
    private readonly Conv2d _head;
    private readonly PRelu _headRectifier;
    private readonly Block[] _blocks;
    private readonly Conv2d _join;
    private readonly BatchNorm _joinNorm;
    private readonly Enlargement[] _enlargements;
    private readonly Conv2d _tail;

    /// <summary>The network, 16 blocks of 64 channels as published.</summary>
    /// <param name="scale">2, 3 or 4.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="imageChannels">Channels of the images.</param>
    /// <param name="rectifiedSums">
    /// Whether a ReLU follows each block's addition, as in He et al.'s residual blocks (2016); the paper has none there.
    /// </param>
    public SrResNet(
        int scale, Initialization initialization, int channels = 64, int blocks = 16, int imageChannels = 3, bool rectifiedSums = false)
        : base(scale, imageChannels)
    {
        int[] factors = scale switch
        {
            2 => [2],
            3 => [3],
            4 => [2, 2],
            _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "SRResNet enlarges 2, 3 or 4 times."),
        };
        _head = Add(new Conv2d("head.conv", imageChannels, channels, 9, initialization));
        _headRectifier = Add(new PRelu("head.prelu"));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block($"body.{i}", channels, rectifiedSums, initialization)))];
        _join = Add(new Conv2d("join.conv", channels, channels, 3, initialization, bias: false));
        _joinNorm = Add(new BatchNorm("join.norm", channels));
        _enlargements = [.. factors.Select((factor, i) => Add(new Enlargement($"enlarge.{i}", channels, factor, initialization)))];
        _tail = Add(new Conv2d("tail", channels, imageChannels, 9, initialization, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor first = _headRectifier.Apply(_head.Apply(input, pass), pass);
        Tensor x = first;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = _joinNorm.Apply(_join.Apply(x, pass), pass) + first;
        foreach (Enlargement enlargement in _enlargements) x = enlargement.Apply(x, pass);

        // Published outputs lie in [-1, 1]; here, as everywhere in this house, pictures lie in [0, 1].
        return _tail.Apply(x, pass) * 0.5f + 0.5f;
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;
        private readonly BatchNorm _norm1, _norm2;
        private readonly PRelu _rectifier;
        private readonly bool _rectifiedSum;

        public Block(string name, int channels, bool rectifiedSum, Initialization initialization)
            : base(name)
        {
            _rectifiedSum = rectifiedSum;
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization, bias: false));
            _norm1 = Add(new BatchNorm(PathOf("norm1"), channels));
            _rectifier = Add(new PRelu(PathOf("prelu")));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization, bias: false));
            _norm2 = Add(new BatchNorm(PathOf("norm2"), channels));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = _rectifier.Apply(_norm1.Apply(_conv1.Apply(input, pass), pass), pass);
            Tensor sum = input + _norm2.Apply(_conv2.Apply(x, pass), pass);
            return _rectifiedSum ? sum.Relu() : sum;
        }
    }

    private sealed class Enlargement : Module
    {
        private readonly Conv2d _conv;
        private readonly PRelu _rectifier;
        private readonly int _factor;

        public Enlargement(string name, int channels, int factor, Initialization initialization)
            : base(name)
        {
            _factor = factor;
            _conv = Add(new Conv2d(PathOf("conv"), channels, channels * factor * factor, 3, initialization));
            _rectifier = Add(new PRelu(PathOf("prelu")));
        }

        protected override Tensor Forward(Tensor input, Pass pass) => _rectifier.Apply(_conv.Apply(input, pass).PixelShuffle(_factor), pass);
    }
}
