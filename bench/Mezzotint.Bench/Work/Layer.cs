using Mezzotint.Tensors.Ops;

namespace Mezzotint.Bench.Work;

/// <summary>A convolution layer, transposed or not, by the sizes that its users know it by.</summary>
/// <param name="Inputs">Channels of its input.</param>
/// <param name="Outputs">Channels of its output.</param>
/// <param name="Kernel">Rows and columns of its kernel.</param>
/// <param name="Size">Rows and columns of its input, in pixels.</param>
/// <param name="Batch">Images.</param>
/// <param name="Stride">Its stride; of a transposed layer, the factor it enlarges by.</param>
/// <param name="Padding">Its padding; of a transposed layer, what is cropped.</param>
/// <param name="Transposed">Whether it is a transposed convolution.</param>
internal sealed record Layer(int Inputs, int Outputs, int Kernel, int Size, int Batch = 1, int Stride = 1, int Padding = 0, bool Transposed = false)
{
    /// <summary>Rows and columns of the output.</summary>
    public int OutSize => Transposed ? (Size - 1) * Stride - 2 * Padding + Kernel : (Size + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>The convolution that computes it, or whose gradient by its input does.</summary>
    public ConvolutionGeometry Geometry
    {
        get
        {
            var window = ConvolutionWindow.Square(Stride, Padding);
            return Transposed
                ? new(Batch, OutSize, OutSize, Outputs, Inputs, Kernel, Kernel, window)
                : new(Batch, Size, Size, Inputs, Outputs, Kernel, Kernel, window);
        }
    }

    public override string ToString() =>
        $"{Kernel}×{Kernel}{(Stride > 1 ? $" stride {Stride}" : "")}{(Transposed ? " transposed" : "")}, {Inputs} → {Outputs}, " +
        $"{Size}×{Size}{(Batch > 1 ? $", batch {Batch}" : "")}";
}
