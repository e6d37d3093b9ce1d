using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// An auxiliary generator of a pyramid (LAPGAN, Denton et al. 2015, "Deep Generative Image Models using a Laplacian Pyramid of Adversarial
/// Networks"): of an enlarged image and a plane of noise it makes the band of detail that the image lacks. A convolution to half the side,
/// residual blocks there, a sub-pixel convolution back; without norms, so that a sample depends on itself alone. Its last layer begins
/// small: at first nearly nothing is added.
/// </summary>
/// <remarks>LAPGAN's own have three plain convolutions at the full side; at half of it blocks see farther and cost a quarter.</remarks>
public sealed class DetailGenerator : Module
{
    /// <summary>Planes of noise beside the image.</summary>
    public const int NoisePlanes = 1;

    private const float Slope = 0.2f;
    // Blocks begin nearly as identities, and so features as large as the input's, whatever their number.
    private const double BlockGain = 0.1;
    private const double LastGain = 0.05;

    private readonly Conv2d _first, _last;
    private readonly Block[] _blocks;

    /// <summary>A generator of detail.</summary>
    /// <param name="name">The path.</param>
    /// <param name="imageChannels">Channels of the image.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of its features.</param>
    /// <param name="blocks">Residual blocks.</param>
    public DetailGenerator(string name, int imageChannels, Initialization initialization, int channels = 48, int blocks = 2)
        : base(name)
    {
        _first = Add(new Conv2d(PathOf("first"), imageChannels + NoisePlanes, channels, 4, initialization, stride: 2, padding: 1));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i => Add(new Block(PathOf($"blocks.{i}"), channels, initialization)))];
        _last = Add(new Conv2d(PathOf("last"), channels, 4 * imageChannels, 3, initialization, gain: LastGain));
    }

    /// <summary>The detail of enlarged images, N,H,W,C of even sides and the same range.</summary>
    /// <param name="enlarged">N,H,W,C.</param>
    /// <param name="noise">N,H,W,1: normal numbers of mean 0 and variance 1.</param>
    /// <param name="pass">The pass.</param>
    public Tensor Detail(Tensor enlarged, Tensor noise, Pass pass) => Apply(Tensor.Concat(3, enlarged, noise), pass);

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _first.Apply(input, pass);
        foreach (Block block in _blocks) x = block.Apply(x, pass);
        return _last.Apply(x.LeakyRelu(Slope), pass).PixelShuffle(2);
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1, _conv2;

        public Block(string name, int channels, Initialization initialization)
            : base(name)
        {
            _conv1 = Add(new Conv2d(PathOf("conv1"), channels, channels, 3, initialization));
            _conv2 = Add(new Conv2d(PathOf("conv2"), channels, channels, 3, initialization, gain: BlockGain));
        }

        protected override Tensor Forward(Tensor input, Pass pass) =>
            input + _conv2.Apply(_conv1.Apply(input.LeakyRelu(Slope), pass).LeakyRelu(Slope), pass);
    }
}
