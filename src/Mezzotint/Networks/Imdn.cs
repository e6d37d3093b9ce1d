using Mezzotint.Layers;
using Mezzotint.Tensors;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The information multi-distillation network (Hui et al. 2019, "Lightweight Image Super-Resolution with Information Multi-distillation
/// Network"): blocks whose convolutions each keep a quarter of their channels and pass the others on; what is kept is weighed by its
/// contrast over the whole picture. Variables are named as in the authors' files.
/// </summary>
public sealed class Imdn : SuperResolver
{
    private const float Slope = 0.05f;
    private const int Reduction = 4;

    private readonly Conv2d _first, _fused, _joined, _last;
    private readonly Conv2d? _second;
    private readonly Block[] _blocks;

    /// <summary>The network, 6 blocks of 64 channels as published.</summary>
    /// <param name="scale">2, 3 or 4; 1 where it reduces first.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features; a multiple of 16.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="reduces"> Whether two convolutions of stride 2 begin, and it enlarges 4 times to the size it was given: the authors'
    /// network for any scale (IMDN_AS), whose input has been enlarged already. Sides that are no multiple of 4 are mirrored to one.
    /// </param>
    public Imdn(int scale, Initialization initialization, int channels = 64, int blocks = 6, bool reduces = false)
        : base(scale)
    {
        if (reduces != (scale == 1)) throw new MezzotintException($"There is no IMDN of scale {scale} that {(reduces ? "reduces first" : "does not reduce first")}.");
        if (channels % 16 != 0) throw new MezzotintException($"There is no IMDN of {channels} channels; they are a multiple of 16.");
        _first = Add(new Conv2d(reduces ? "fea_conv.0" : "fea_conv", 3, channels, 3, initialization, stride: reduces ? 2 : 1));
        if (reduces) _second = Add(new Conv2d("fea_conv.2", channels, channels, 3, initialization, stride: 2));
        _blocks = [.. Enumerable.Range(1, blocks).Select(i => Add(new Block($"IMDB{i}", channels, initialization)))];
        _fused = Add(new Conv2d("c.0", channels * blocks, channels, 1, initialization));
        _joined = Add(new Conv2d("LR_conv", channels, channels, 3, initialization));
        int factor = Factor(scale);
        _last = Add(new Conv2d("upsampler.0", channels, 3 * factor * factor, 3, initialization));
    }

    /// <summary>The factor of the pixel shuffle at the end.</summary>
    internal static int Factor(int scale) => scale == 1 ? Reduction : scale;

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor first = _second is null
            ? _first.Apply(input, pass)
            : _second.Apply(_first.Apply(WholeBlocks.Of(input, Reduction), pass).LeakyRelu(Slope), pass);
        Tensor x = first;
        var results = new Tensor[_blocks.Length];
        for (int i = 0; i < results.Length; i++) results[i] = x = _blocks[i].Apply(x, pass);
        x = _fused.Apply(Tensor.Concat(3, results), pass).LeakyRelu(Slope);
        x = _last.Apply(_joined.Apply(x, pass) + first, pass).PixelShuffle(Factor(Scale));
        return _second is null ? x : x.Slice(1, 0, input.Shape[1]).Slice(2, 0, input.Shape[2]);
    }

    private sealed class Block : Module
    {
        private readonly int _kept;
        private readonly Conv2d[] _steps;
        private readonly Conv2d _narrow, _widen, _fused;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _kept = channels / 4;
            int passed = channels - _kept;
            _steps =
            [
                .. Enumerable.Range(1, 4).Select(i => Add(new Conv2d(
                    PathOf($"c{i}"), i == 1 ? channels : passed, i == 4 ? _kept : channels, 3, initialization))),
            ];
            _fused = Add(new Conv2d(PathOf("c5"), channels, channels, 1, initialization));
            _narrow = Add(new Conv2d(PathOf("cca.conv_du.0"), channels, channels / 16, 1, initialization));
            _widen = Add(new Conv2d(PathOf("cca.conv_du.2"), channels / 16, channels, 1, initialization));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            var kept = new Tensor[_steps.Length];
            Tensor x = input;
            for (int i = 0; i < _steps.Length - 1; i++)
            {
                x = _steps[i].Apply(x, pass).LeakyRelu(Slope);
                kept[i] = x.Slice(3, 0, _kept);
                x = x.Slice(3, _kept, x.Shape[3] - _kept);
            }

            kept[^1] = _steps[^1].Apply(x, pass);
            Tensor all = Tensor.Concat(3, kept);
            (Tensor mean, Tensor variance) = all.Moments(1, 2);
            Tensor contrast = variance.Sqrt() + mean;
            Tensor weights = _widen.Apply(_narrow.Apply(contrast, pass).Relu(), pass).Sigmoid();
            return input + _fused.Apply(all * weights, pass);
        }
    }
}
