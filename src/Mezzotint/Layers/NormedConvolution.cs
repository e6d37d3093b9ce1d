using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>A convolution, transposed or not, named <c>conv</c>, and the norm that follows it, named <c>norm</c>.</summary>
public sealed class NormedConvolution : Module
{
    private readonly Module _convolution;
    private readonly Module? _norm;

    private NormedConvolution(string name, Func<string, Module> convolution, Func<string, Module?> norm)
        : base(name)
    {
        _convolution = Add(convolution(PathOf("conv")));
        if (norm(PathOf("norm")) is { } layer) _norm = Add(layer);
    }

    /// <summary>A convolution and its norm.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernel">The kernel's side, in taps.</param>
    /// <param name="normalization">The norm.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="stride">Input pixels from one output pixel to the next.</param>
    /// <param name="padding">Zeros on each side, in pixels; null for half the kernel.</param>
    /// <param name="bias">
    /// Whether the convolution has a bias; null for yes where no batch norm follows, which would take it away again.
    /// </param>
    public static NormedConvolution Of(
        string name, int inChannels, int outChannels, int kernel, Normalization normalization, Initialization initialization,
        int stride = 1, int? padding = null, bool? bias = null) => new(
            name,
            path => new Conv2d(
                path, inChannels, outChannels, kernel, initialization, stride, padding, bias ?? normalization != Normalization.Batch,
                spectral: normalization == Normalization.Spectral),
            path => normalization.Layer(path, outChannels, initialization));

    /// <summary>A transposed convolution and its norm.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernel">The kernel's side, in taps.</param>
    /// <param name="normalization">The norm.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="stride">Output pixels from one input pixel to the next.</param>
    /// <param name="padding">Rows and columns cut off on each side of the output, in pixels.</param>
    /// <param name="outputPadding">Rows and columns added at the bottom and the right.</param>
    /// <param name="bias">
    /// Whether the convolution has a bias; null for yes where no batch norm follows, which would take it away again.
    /// </param>
    public static NormedConvolution Transposed(
        string name, int inChannels, int outChannels, int kernel, Normalization normalization, Initialization initialization,
        int stride = 1, int padding = 0, int outputPadding = 0, bool? bias = null) => new(
            name,
            path => new ConvTranspose2d(
                path, inChannels, outChannels, kernel, initialization, stride, padding, outputPadding,
                bias ?? normalization != Normalization.Batch),
            path => normalization.Layer(path, outChannels, initialization));

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor result = _convolution.Apply(input, pass);
        return _norm?.Apply(result, pass) ?? result;
    }
}
