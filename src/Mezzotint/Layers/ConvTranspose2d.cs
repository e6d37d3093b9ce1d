using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Layers;

/// <summary>
/// A transposed convolution of images N,H,W,C with a square kernel, and a bias: the linear map whose transpose is a convolution. An image
/// of extent H becomes one of extent (H - 1) * stride - 2 * padding + kernel + outputPadding.
/// </summary>
public sealed class ConvTranspose2d : Module
{
    private readonly Variable _weight;
    private readonly Variable? _bias;
    private readonly int _outputPadding;

    /// <summary>
    /// A transposed convolution whose bias is zero at first. Its weights are those of the convolution that it transposes: kh,kw,out,in.
    /// </summary>
    /// <param name="name">The path.</param>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernel">The kernel's side, in taps.</param>
    /// <param name="initialization">Where the weights' first values come from.</param>
    /// <param name="stride">Output pixels from one input pixel to the next.</param>
    /// <param name="padding">Rows and columns cut off on each side of the output, in pixels.</param>
    /// <param name="outputPadding">Rows and columns added at the bottom and the right; below the stride.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public ConvTranspose2d(
        string name, int inChannels, int outChannels, int kernel, Initialization initialization, int stride = 1, int padding = 0,
        int outputPadding = 0, bool bias = true)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding, stride);
        Window = ConvolutionWindow.Square(stride, padding);
        _outputPadding = outputPadding;
        Shape shape = [kernel, kernel, outChannels, inChannels];
        double terms = (double)kernel * kernel * inChannels / (stride * stride);
        _weight = Parameter("weight", shape, initialization.Weights(PathOf("weight"), shape, terms));
        if (bias) _bias = Parameter("bias", [outChannels], new float[outChannels]);
    }

    /// <summary>Stride and padding of the convolution that this transposes.</summary>
    public ConvolutionWindow Window { get; }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor result = input.ConvTranspose2d(pass.Read(_weight), Window, Enlarged(input.Shape[1]), Enlarged(input.Shape[2]));
        return _bias is null ? result : result + pass.Read(_bias);
    }

    private int Enlarged(int extent) => (extent - 1) * Window.StrideY - 2 * Window.PadTop + _weight.Shape[0] + _outputPadding;
}
