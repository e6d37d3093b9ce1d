using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Layers;

/// <summary>A convolution of images N,H,W,C with a square kernel, and a bias.</summary>
public sealed class Conv2d : Module
{
    private readonly Variable _weight;
    private readonly Variable? _bias;
    private readonly SpectralNorm? _spectral;

    /// <summary>A convolution whose bias is zero at first.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernel">The kernel's side, in taps.</param>
    /// <param name="initialization">Where the weights' first values come from.</param>
    /// <param name="stride">Input pixels from one output pixel to the next.</param>
    /// <param name="padding">Zeros on each side, in pixels; null for half the kernel, which keeps the size at stride 1.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="gain">A factor on the weights' first deviation.</param>
    /// <param name="spectral">Whether the weights are divided by their largest singular value.</param>
    public Conv2d(
        string name, int inChannels, int outChannels, int kernel, Initialization initialization, int stride = 1, int? padding = null,
        bool bias = true, double gain = 1, bool spectral = false)
        : base(name)
    {
        Window = ConvolutionWindow.Square(stride, padding ?? kernel / 2);
        Shape shape = [kernel, kernel, inChannels, outChannels];
        _weight = Parameter("weight", shape, initialization.Weights(PathOf("weight"), shape, kernel * kernel * inChannels, gain));
        if (bias) _bias = Parameter("bias", [outChannels], new float[outChannels]);
        if (spectral) _spectral = Add(new SpectralNorm(PathOf("spectral"), outChannels, initialization));
    }

    /// <summary>Stride and padding.</summary>
    public ConvolutionWindow Window { get; }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor weight = pass.Read(_weight);
        Tensor result = input.Conv2d(_spectral?.Apply(weight, pass) ?? weight, Window);
        return _bias is null ? result : result + pass.Read(_bias);
    }
}
