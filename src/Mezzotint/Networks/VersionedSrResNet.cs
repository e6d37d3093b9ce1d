using System.Numerics;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// SRResNet as widely used programs have it: the paper's layers (Ledig et al. 2017), but with their own norms, rectifiers, biases and
/// ranges of colours. Variables are named as in their files.
/// </summary>
public sealed class VersionedSrResNet : SuperResolver
{
    private readonly SrResNetVersion _version;
    private readonly Conv2d _first, _joined, _last;
    private readonly Module? _firstRectifier;
    private readonly Module _joinedNorm;
    private readonly Block[] _blocks;
    private readonly Enlargement[] _enlargements;

    /// <summary>The network, 16 blocks of 64 channels as published.</summary>
    /// <param name="scale">2, 4 or 8.</param>
    /// <param name="version">Whose it is.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <exception cref="MezzotintException">It enlarges by no power of two.</exception>
    public VersionedSrResNet(int scale, SrResNetVersion version, Initialization initialization, int channels = 64, int blocks = 16)
        : base(scale)
    {
        if (scale is not (2 or 4 or 8)) throw new MezzotintException($"This SRResNet enlarges 2, 4 or 8 times, and not {scale}.");
        _version = version;
        Names names = Names.Of(version);
        bool outerBiases = version != SrResNetVersion.Twtygqyy;
        bool innerBiases = version is SrResNetVersion.Sgrvinod or SrResNetVersion.Eriklindernoren;
        _first = Add(new Conv2d(names.First, 3, channels, 9, initialization, bias: outerBiases));
        if (names.FirstRectifier is { } rectifier) _firstRectifier = Add(new PRelu(rectifier));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block(names.Block(i), names, version, channels, innerBiases, initialization)))];
        _joined = Add(new Conv2d(names.Joined, channels, channels, 3, initialization, bias: innerBiases));
        _joinedNorm = Add(NormOf(version, names.JoinedNorm, channels));
        int doublings = BitOperations.Log2((uint)scale);
        _enlargements = [.. Enumerable.Range(0, doublings).Select(i => Add(new Enlargement(names.Enlargement(i), channels, outerBiases, initialization)))];
        _last = Add(new Conv2d(names.Last, channels, 3, 9, initialization, bias: outerBiases, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        bool imageNet = _version is SrResNetVersion.Sgrvinod or SrResNetVersion.Eriklindernoren;
        Tensor first = Rectify(_first.Apply(imageNet ? ImageNetColours.Of(input) : input, pass), _firstRectifier, pass), x = first;
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        x = first + _joinedNorm.Apply(_joined.Apply(x, pass), pass);
        foreach (Enlargement enlargement in _enlargements) x = enlargement.Apply(x, pass);
        x = _last.Apply(x, pass);
        return _version switch
        {
            SrResNetVersion.Sgrvinod => x.Tanh() * 0.5f + 0.5f,
            SrResNetVersion.Eriklindernoren => ImageNetColours.ToUnit(x.Tanh()),
            _ => x,
        };
    }

    private static Tensor Rectify(Tensor x, Module? rectifier, Pass pass) => rectifier?.Apply(x, pass) ?? x.LeakyRelu(0.2f);

    private static Module NormOf(SrResNetVersion version, string name, int channels) => version switch
    {
        SrResNetVersion.Twtygqyy => new InstanceNorm(name, channels, affine: true),
        SrResNetVersion.Eriklindernoren => new BatchNorm(name, channels, epsilon: 0.8f),
        _ => new BatchNorm(name, channels),
    };

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;
        private readonly Module _norm1, _norm2;
        private readonly PRelu? _rectifier;

        public Block(string name, Names names, SrResNetVersion version, int channels, bool biases, Initialization initialization)
            : base(name)
        {
            _conv1 = Add(new Conv2d(PathOf(names.Conv1), channels, channels, 3, initialization, bias: biases));
            _norm1 = Add(NormOf(version, PathOf(names.Norm1), channels));
            if (names.Rectifier is { } rectifier) _rectifier = Add(new PRelu(PathOf(rectifier)));
            _conv2 = Add(new Conv2d(PathOf(names.Conv2), channels, channels, 3, initialization, bias: biases));
            _norm2 = Add(NormOf(version, PathOf(names.Norm2), channels));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = Rectify(_norm1.Apply(_conv1.Apply(input, pass), pass), _rectifier, pass);
            return input + _norm2.Apply(_conv2.Apply(x, pass), pass);
        }
    }

    private sealed class Enlargement : Module
    {
        private readonly Conv2d _conv;
        private readonly BatchNorm? _norm;
        private readonly PRelu? _rectifier;

        public Enlargement((string Conv, string? Norm, string? Rectifier) names, int channels, bool bias, Initialization initialization)
            : base("")
        {
            _conv = Add(new Conv2d(names.Conv, channels, 4 * channels, 3, initialization, bias: bias));
            if (names.Norm is not null) _norm = Add(new BatchNorm(names.Norm, 4 * channels));
            if (names.Rectifier is not null) _rectifier = Add(new PRelu(names.Rectifier));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = _conv.Apply(input, pass);
            return Rectify((_norm?.Apply(x, pass) ?? x).PixelShuffle(2), _rectifier, pass);
        }
    }

    /// <summary>What a version calls its layers; rectifiers without a name have nothing that is learned.</summary>
    private sealed record Names(
        string First, string? FirstRectifier, Func<int, string> Block, string Conv1, string Norm1, string? Rectifier, string Conv2, string Norm2,
        string Joined, string JoinedNorm, Func<int, (string Conv, string? Norm, string? Rectifier)> Enlargement, string Last)
    {
        public static Names Of(SrResNetVersion version) => version switch
        {
            SrResNetVersion.Sgrvinod => new(
                "conv_block1.conv_block.0", "conv_block1.conv_block.1", i => $"residual_blocks.{i}", "conv_block1.conv_block.0", "conv_block1.conv_block.1",
                "conv_block1.conv_block.2", "conv_block2.conv_block.0", "conv_block2.conv_block.1", "conv_block2.conv_block.0", "conv_block2.conv_block.1",
                i => ($"subpixel_convolutional_blocks.{i}.conv", null, $"subpixel_convolutional_blocks.{i}.prelu"), "conv_block3.conv_block.0"),
            SrResNetVersion.Lornatang => new(
                "conv1.0", "conv1.1", i => $"trunk.{i}.rcb", "0", "1", "2", "3", "4", "conv2.0", "conv2.1",
                i => ($"upsampling.{i}.upsample_block.0", null, $"upsampling.{i}.upsample_block.2"), "conv3"),
            SrResNetVersion.Eriklindernoren => new(
                "conv1.0", "conv1.1", i => $"res_blocks.{i}.conv_block", "0", "1", "2", "3", "4", "conv2.0", "conv2.1",
                i => ($"upsampling.{4 * i}", $"upsampling.{4 * i + 1}", $"upsampling.{4 * i + 3}"), "conv3.0"),
            SrResNetVersion.Twtygqyy => new(
                "conv_input", null, i => $"residual.{i}", "conv1", "in1", null, "conv2", "in2", "conv_mid", "bn_mid",
                i => ($"upscale4x.{3 * i}", null, null), "conv_output"),
            _ => throw new MezzotintException($"There is no version {version} of SRResNet."),
        };
    }
}
