using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// MSRResNet, the SRResNet without norms that ESRGAN is compared with (Wang et al. 2018; MSRResNet in BasicSR): 3x3 convolutions alone,
/// rectifiers with a slope of a tenth outside of the blocks, and the input enlarged bilinearly added. Variables are named as in its
/// authors' files (<c>body.0.conv1.weight</c>).
/// </summary>
public sealed class MsrResNet : SuperResolver
{
    private const float Slope = 0.1f;
    private const double BranchGain = 0.1;

    private readonly Conv2d _first, _high, _last;
    private readonly Block[] _blocks;
    private readonly (Conv2d Convolution, int Factor)[] _ups;

    /// <summary>The network, 16 blocks of 64 channels as published.</summary>
    /// <param name="scale">2, 3 or 4.</param>
    /// <param name="initialization">Where first values come from; convolutions of blocks begin at a tenth of it.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    public MsrResNet(int scale, Initialization initialization, int channels = 64, int blocks = 16)
        : base(scale)
    {
        int[] factors = scale switch
        {
            2 or 3 => [scale],
            4 => [2, 2],
            _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "MSRResNet enlarges 2, 3 or 4 times."),
        };
        _first = Add(new Conv2d("conv_first", 3, channels, 3, initialization));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block($"body.{i}", channels, initialization)))];
        _ups = [.. factors.Select((factor, i) => (Add(new Conv2d($"upconv{i + 1}", channels, channels * factor * factor, 3, initialization)), factor))];
        _high = Add(new Conv2d("conv_hr", channels, channels, 3, initialization));
        _last = Add(new Conv2d("conv_last", channels, 3, 3, initialization, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _first.Apply(input, pass).LeakyRelu(Slope);
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        foreach ((Conv2d convolution, int factor) in _ups) x = convolution.Apply(x, pass).PixelShuffle(factor).LeakyRelu(Slope);
        x = _last.Apply(_high.Apply(x, pass).LeakyRelu(Slope), pass);
        return x + input.Resize(input.Shape[1] * Scale, input.Shape[2] * Scale, Interpolation.Bilinear);
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization, gain: BranchGain));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization, gain: BranchGain));
        }

        protected override Tensor Forward(Tensor input, Pass pass) => input + _conv2.Apply(_conv1.Apply(input, pass).Relu(), pass);
    }
}
