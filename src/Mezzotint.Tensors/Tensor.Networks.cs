using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <content>The heavy operations that networks are made of.</content>
public sealed partial class Tensor
{
    /// <summary>The matrix product [M, K] · [K, N], or [B, M, K] · [B, K, N] pair by pair.</summary>
    public Tensor MatMul(Tensor right) => Apply(new MatMul(), this, right);

    /// <summary>The cross-correlation of this image [N,H,W,C] with weights [kh,kw,C/groups,O].</summary>
    public Tensor Conv2d(Tensor weights, ConvolutionWindow window) => Apply(new Conv2d(window), this, weights);

    /// <summary>
    /// The transposed convolution of this image [N,H',W',O] with weights [kh,kw,C/groups,O]: the gradient of a convolution of an image
    /// [N,height,width,C] by that image.
    /// </summary>
    /// <param name="weights">The weights of the convolution that this transposes.</param>
    /// <param name="window">The window of that convolution.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public Tensor ConvTranspose2d(Tensor weights, ConvolutionWindow window, int height, int width) =>
        Apply(new Conv2dInputGradient(window, height, width), this, weights);

    /// <summary>The largest element of each window of this image [N,H,W,C]; padding never wins, a NaN always does.</summary>
    public Tensor MaxPool(int kernel, ConvolutionWindow window) => Apply(new MaxPoolPick(kernel, kernel, window), this, this);

    /// <summary>This image [N,H,W,C] resized to other numbers of rows and columns, edges mirrored.</summary>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="interpolation">How samples are made.</param>
    /// <param name="antialias">Whether the kernel is widened when the image is made smaller.</param>
    public Tensor Resize(int height, int width, Interpolation interpolation, bool antialias = false) =>
        Resample(1, height, interpolation, antialias).Resample(2, width, interpolation, antialias);

    /// <summary>
    /// Channels to pixels: [N,H,W,f·f·C] to [N,H·f,W·f,C], where channel (y·f + x)·C + c goes to channel c in row y and column x of its
    /// pixel's block of f by f (Shi et al. 2016, sub-pixel convolution). The channels of a pixel stay together, as they lie in N,H,W,C;
    /// weights from N,C,H,W frameworks, which number channels (c·f + y)·f + x, are permuted once when they are read.
    /// </summary>
    public Tensor PixelShuffle(int factor)
    {
        Shape s = Shape;
        if (s.Rank != 4 || factor < 1 || s[3] % (factor * factor) != 0)
            throw ShapeException.In($"pixel shuffle of {s} by {factor}", $"it takes an image N,H,W,C of a multiple of {factor}·{factor} channels.");
        int channels = s[3] / (factor * factor);
        return Reshape([s[0], s[1], s[2], factor, factor, channels])
            .Permute(0, 1, 3, 2, 4, 5)
            .Reshape([s[0], s[1] * factor, s[2] * factor, channels]);
    }

    private Tensor Resample(int axis, int extent, Interpolation interpolation, bool antialias) =>
        Shape.Rank != 4 ? throw ShapeException.In($"resize of {Shape}", "it takes an image N,H,W,C.")
        : extent == Shape[axis] ? this
        : Apply(new Resample(axis, extent, interpolation, antialias, null), this);
}
