using Mezzotint.Tensors;
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
    public int OutSize => Transposed ? Size * Stride : (Size + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Of a transposed layer, the rows and columns that its output has beyond the least.</summary>
    public int OutputPadding => Transposed ? OutSize - ((Size - 1) * Stride - 2 * Padding + Kernel) : 0;

    /// <summary>The window of the convolution, or of that which this one transposes.</summary>
    public ConvolutionWindow Window => ConvolutionWindow.Square(Stride, Padding);

    /// <summary>The input's shape.</summary>
    public Shape Input => [Batch, Size, Size, Inputs];

    /// <summary>The output's shape.</summary>
    public Shape Output => [Batch, OutSize, OutSize, Outputs];

    /// <summary>The shape of the weights.</summary>
    public Shape Weights => Transposed ? [Kernel, Kernel, Outputs, Inputs] : [Kernel, Kernel, Inputs, Outputs];

    /// <summary>The layer's output.</summary>
    public Tensor Apply(Tensor input, Tensor weights) =>
        Transposed ? input.ConvTranspose2d(weights, Window, OutSize, OutSize) : input.Conv2d(weights, Window);

    public override string ToString() =>
        $"{Kernel}×{Kernel}{(Stride > 1 ? $" stride {Stride}" : "")}{(Transposed ? " transposed" : "")}, {Inputs} → {Outputs}, " +
        $"{Size}×{Size}{(Batch > 1 ? $", batch {Batch}" : "")}";
}
