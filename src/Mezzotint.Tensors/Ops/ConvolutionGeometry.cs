namespace Mezzotint.Tensors.Ops;

/// <summary>
/// The sizes of a convolution of an N,H,W,C image by kh,kw,in/groups,out weights, shared by the convolution and by both of its gradients.
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="Height">Rows of the input, in pixels.</param>
/// <param name="Width">Columns of the input, in pixels.</param>
/// <param name="InChannels">Channels of the input.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Window">Stride, padding, dilation and groups.</param>
internal readonly record struct ConvolutionGeometry(
    int Batch, int Height, int Width, int InChannels, int OutChannels, int KernelHeight, int KernelWidth, ConvolutionWindow Window)
{
    public int OutHeight => Window.OutExtent(Height, KernelHeight, vertical: true);

    public int OutWidth => Window.OutExtent(Width, KernelWidth, vertical: false);

    public int InChannelsPerGroup => InChannels / Window.Groups;

    public int OutChannelsPerGroup => OutChannels / Window.Groups;
}
