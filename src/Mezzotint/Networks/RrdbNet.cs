using System.Numerics;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The generator of ESRGAN (Wang et al. 2018, "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks"): residual-in-residual
/// dense blocks without batch norm, then a doubling by nearest neighbours and a convolution for each factor of 2. Variables are named as in
/// the authors' later releases (<c>body.0.rdb1.conv1.weight</c>), so that their weights are found by their names.
/// </summary>
public sealed class RrdbNet : SuperResolver
{
    private const float Slope = 0.2f;
    private const float ResidualScale = 0.2f;
    private const double BranchGain = 0.1;

    private readonly Conv2d _first, _joined, _high, _last;
    private readonly Block[] _blocks;
    private readonly Conv2d[] _ups;
    private readonly int _unshuffle;

    /// <summary>The network, 23 blocks of 64 channels with growth 32 as published.</summary>
    /// <param name="scale">1, 2, 4 or 8.</param>
    /// <param name="initialization">Where first values come from; convolutions of blocks begin at a tenth of it.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual-in-residual blocks.</param>
    /// <param name="growth">Channels that each convolution of a dense block adds.</param>
    /// <param name="unshuffle"> The side of the blocks of input pixels that become channels first: 1 as published; 2 and 4 in Real-ESRGAN's
    /// networks that enlarge twice and not at all (Wang et al. 2021), which then enlarge 4 times from a half and a quarter of the size.
    /// </param>
    public RrdbNet(int scale, Initialization initialization, int channels = 64, int blocks = 23, int growth = 32, int unshuffle = 1)
        : base(scale)
    {
        if (scale is not (1 or 2 or 4 or 8)) throw new ArgumentOutOfRangeException(nameof(scale), scale, "RRDBNet enlarges 1, 2, 4 or 8 times.");
        if (unshuffle is not (1 or 2 or 4)) throw new ArgumentOutOfRangeException(nameof(unshuffle), unshuffle, "RRDBNet unshuffles by 1, 2 or 4.");
        _unshuffle = unshuffle;
        _first = Add(new Conv2d("conv_first", 3 * unshuffle * unshuffle, channels, 3, initialization));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block($"body.{i}", channels, growth, initialization)))];
        _joined = Add(new Conv2d("conv_body", channels, channels, 3, initialization));
        _ups = [.. Enumerable.Range(1, BitOperations.Log2((uint)(scale * unshuffle))).Select(i => Add(new Conv2d($"conv_up{i}", channels, channels, 3, initialization)))];
        _high = Add(new Conv2d("conv_hr", channels, channels, 3, initialization));
        _last = Add(new Conv2d("conv_last", channels, 3, 3, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor first = _first.Apply(Unshuffled(input), pass);
        Tensor x = first;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = first + _joined.Apply(x, pass);
        foreach (Conv2d up in _ups)
            x = up.Apply(x.Resize(2 * x.Shape[1], 2 * x.Shape[2], Interpolation.Nearest), pass).LeakyRelu(Slope);
        x = _last.Apply(_high.Apply(x, pass).LeakyRelu(Slope), pass);
        return x.Slice(1, 0, input.Shape[1] * Scale).Slice(2, 0, input.Shape[2] * Scale);
    }

    /// <summary>Blocks of pixels as channels, numbered (c·f + y)·f + x as where the weights come from.</summary>
    private Tensor Unshuffled(Tensor input)
    {
        if (_unshuffle == 1) return input;
        Tensor whole = WholeBlocks.Of(input, _unshuffle);
        Shape s = whole.Shape;
        int height = s[1] / _unshuffle, width = s[2] / _unshuffle;
        return whole.Reshape([s[0], height, _unshuffle, width, _unshuffle, s[3]])
            .Permute(0, 1, 3, 5, 2, 4)
            .Reshape([s[0], height, width, s[3] * _unshuffle * _unshuffle]);
    }

    /// <summary>Three dense blocks and a skip around them.</summary>
    private sealed class Block : Module
    {
        private readonly DenseBlock[] _parts;

        public Block(string name, int channels, int growth, Initialization initialization)
            : base(name) =>
            _parts = [.. Enumerable.Range(1, 3).Select(i => Add(new DenseBlock(PathOf($"rdb{i}"), channels, growth, initialization)))];

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = input;
            foreach (DenseBlock part in _parts) x = part.Apply(x, pass);
            return input + ResidualScale * x;
        }
    }

    /// <summary>Five convolutions, each of which sees the input and the results of all before it.</summary>
    private sealed class DenseBlock : Module
    {
        private const int Convolutions = 5;
        private readonly Conv2d[] _convolutions;

        public DenseBlock(string name, int channels, int growth, Initialization initialization)
            : base(name) =>
            _convolutions = [.. Enumerable.Range(0, Convolutions).Select(i => Add(new Conv2d(
                PathOf($"conv{i + 1}"), channels + i * growth, i < Convolutions - 1 ? growth : channels, 3, initialization,
                gain: BranchGain)))];

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor seen = input;
            foreach (Conv2d convolution in _convolutions.SkipLast(1))
                seen = Tensor.Concat(3, seen, convolution.Apply(seen, pass).LeakyRelu(Slope));
            return input + ResidualScale * _convolutions[^1].Apply(seen, pass);
        }
    }
}
