using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// EDSR (Lim et al. 2017, "Enhanced Deep Residual Networks for Single Image Super-Resolution"): residual blocks without norms, one long skip
/// around them, sub-pixel convolutions without rectifiers. Colours are counted from 0 to the range it was trained with, from which the
/// mean colour of DIV2K is taken before and to which it is added afterwards. Variables are named as in its authors' files
/// (<c>body.0.body.2.weight</c>).
/// </summary>
public sealed class Edsr : SuperResolver
{
    private static readonly float[] MeanColour = [0.4488f, 0.4371f, 0.4040f];

    private readonly float _range;
    private readonly Conv2d? _subtract, _add;
    private readonly Conv2d _head, _bodyEnd, _last;
    private readonly Block[] _blocks;
    private readonly (Conv2d Convolution, int Factor)[] _ups;

    /// <summary>The network; 16 blocks of 64 channels are its authors' baseline, 32 of 256 with a residual scale of 0.1 EDSR itself.</summary>
    /// <param name="scale">2, 3 or 4.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="residualScale">What a block's result is multiplied by before it is added.</param>
    /// <param name="range">What white is to the network: 255 as published, or 1.</param>
    /// <param name="shifts">Whether the mean colour is part of the weights, as convolutions of 1x1 before and behind.</param>
    public Edsr(
        int scale, Initialization initialization, int channels = 64, int blocks = 16, double residualScale = 1, double range = 255, bool shifts = true)
        : base(scale)
    {
        int[] factors = scale switch
        {
            2 or 3 => [scale],
            4 => [2, 2],
            _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "EDSR enlarges 2, 3 or 4 times."),
        };
        _range = (float)range;
        if (shifts) _subtract = Add(new Conv2d("sub_mean", 3, 3, 1, initialization));
        _head = Add(new Conv2d("head.0", 3, channels, 3, initialization));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block($"body.{i}", channels, (float)residualScale, initialization)))];
        _bodyEnd = Add(new Conv2d($"body.{blocks}", channels, channels, 3, initialization));
        _ups = [.. factors.Select((factor, i) => (Add(new Conv2d($"tail.0.{2 * i}", channels, channels * factor * factor, 3, initialization)), factor))];
        _last = Add(new Conv2d("tail.1", channels, 3, 3, initialization));
        if (shifts) _add = Add(new Conv2d("add_mean", 3, 3, 1, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor mean = Tensor.Of([3], MeanColour);
        Tensor x = _subtract?.Apply(input * _range, pass) ?? (input - mean) * _range;
        Tensor features = _head.Apply(x, pass);
        x = features;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = features + _bodyEnd.Apply(x, pass);
        foreach ((Conv2d convolution, int factor) in _ups) x = convolution.Apply(x, pass).PixelShuffle(factor);
        x = _last.Apply(x, pass);
        return _add is null ? x / _range + mean : _add.Apply(x, pass) / _range;
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _first, _second;
        private readonly float _scale;

        public Block(string name, int channels, float scale, Initialization initialization)
            : base(name)
        {
            _scale = scale;
            _first = Add(new Conv2d(PathOf("body.0"), channels, channels, 3, initialization));
            _second = Add(new Conv2d(PathOf("body.2"), channels, channels, 3, initialization));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = _second.Apply(_first.Apply(input, pass).Relu(), pass);
            return input + (_scale == 1 ? x : x * _scale);
        }
    }
}
