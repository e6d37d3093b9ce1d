namespace Mezzotint.Tensors.Ops;

/// <summary>How a convolution's kernel moves over its input. All distances are in input pixels.</summary>
/// <param name="StrideY">Rows from one output pixel to the next.</param>
/// <param name="StrideX">Columns from one output pixel to the next.</param>
/// <param name="PadTop">Rows of zeros above the image.</param>
/// <param name="PadBottom">Rows of zeros below it.</param>
/// <param name="PadLeft">Columns of zeros left of it.</param>
/// <param name="PadRight">Columns of zeros right of it.</param>
/// <param name="DilationY">Rows from one tap of the kernel to the next.</param>
/// <param name="DilationX">Columns from one tap of the kernel to the next.</param>
/// <param name="Groups">Independent groups of channels; divides the channels of input and output.</param>
public readonly record struct ConvolutionWindow(
    int StrideY = 1, int StrideX = 1, int PadTop = 0, int PadBottom = 0, int PadLeft = 0, int PadRight = 0,
    int DilationY = 1, int DilationX = 1, int Groups = 1)
{
    /// <summary>A kernel that moves pixel by pixel over an image without padding.</summary>
    public ConvolutionWindow()
        : this(StrideY: 1)
    {
    }

    /// <summary>A window with the same stride, padding and dilation both ways and on every side.</summary>
    public static ConvolutionWindow Square(int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        new(stride, stride, padding, padding, padding, padding, dilation, dilation, groups);

    /// <summary>The extent of the output along one axis, or a number below 1 where the kernel does not fit.</summary>
    /// <param name="extent">The input's extent, in pixels.</param>
    /// <param name="kernel">The kernel's extent, in taps.</param>
    /// <param name="vertical">True along H, false along W.</param>
    public int OutExtent(int extent, int kernel, bool vertical)
    {
        int padded = extent + (vertical ? PadTop + PadBottom : PadLeft + PadRight);
        int reach = (kernel - 1) * (vertical ? DilationY : DilationX) + 1;
        return padded < reach ? 0 : (padded - reach) / (vertical ? StrideY : StrideX) + 1;
    }
}
