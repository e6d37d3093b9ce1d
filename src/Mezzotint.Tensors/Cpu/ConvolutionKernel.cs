using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A convolution, of an input that is dense unless said otherwise. Operands: input, weights, output, then those of the epilogue.
/// </summary>
internal sealed class ConvolutionKernel(
    ConvolutionGeometry geometry, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null, ImagePitches? source = null,
    bool keepsWeights = true, bool onGrid = false)
    : Correlation(
        CorrelationAxis.Forward(
            geometry.Height, geometry.OutHeight, geometry.KernelHeight,
            geometry.Window.StrideY, geometry.Window.PadTop, geometry.Window.DilationY),
        CorrelationAxis.Forward(
            geometry.Width, geometry.OutWidth, geometry.KernelWidth,
            geometry.Window.StrideX, geometry.Window.PadLeft, geometry.Window.DilationX),
        geometry.Batch, geometry.Window.Groups, geometry.InChannelsPerGroup, geometry.OutChannelsPerGroup,
        new WeightStrides(
            (long)geometry.KernelWidth * geometry.InChannelsPerGroup * geometry.OutChannels,
            (long)geometry.InChannelsPerGroup * geometry.OutChannels, geometry.OutChannels, 1, geometry.OutChannelsPerGroup),
        width, cache, epilogue, source, keepsWeights, onGrid);
