using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The gradient of a convolution by its input, which is a transposed convolution. The geometry is the convolution's; the output's gradient
/// is dense unless said otherwise. Operands: gradient of the output, weights, gradient of the input, then those of the epilogue.
/// </summary>
internal sealed class ConvolutionInputGradientKernel(
    ConvolutionGeometry geometry, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null, ImagePitches? source = null,
    bool keepsWeights = true, bool onGrid = false)
    : Correlation(
        CorrelationAxis.Backward(
            geometry.OutHeight, geometry.Height, geometry.KernelHeight,
            geometry.Window.StrideY, geometry.Window.PadTop, geometry.Window.DilationY),
        CorrelationAxis.Backward(
            geometry.OutWidth, geometry.Width, geometry.KernelWidth,
            geometry.Window.StrideX, geometry.Window.PadLeft, geometry.Window.DilationX),
        geometry.Batch, geometry.Window.Groups, geometry.OutChannelsPerGroup, geometry.InChannelsPerGroup,
        new WeightStrides(
            (long)geometry.KernelWidth * geometry.InChannelsPerGroup * geometry.OutChannels,
            (long)geometry.InChannelsPerGroup * geometry.OutChannels, 1, geometry.OutChannels, geometry.OutChannelsPerGroup),
        width, cache, epilogue, source, keepsWeights, onGrid);
