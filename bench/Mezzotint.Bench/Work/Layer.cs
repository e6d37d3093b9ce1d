using System.Globalization;
using System.Text.RegularExpressions;
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
internal sealed partial record Layer(int Inputs, int Outputs, int Kernel, int Size, int Batch = 1, int Stride = 1, int Padding = 0, bool Transposed = false)
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

    /// <summary>A layer as the tables name it, with x for × and -> for → if need be, padded to keep or to halve its size.</summary>
    /// <exception cref="FormatException">It is not written so.</exception>
    public static Layer Parse(string text)
    {
        Match match = Name().Match(text);
        if (!match.Success) throw new FormatException($"'{text}' is no layer; one is written '4x4 stride 2 transposed, 512 -> 256, 4x4, batch 16'.");
        int Number(string group, int otherwise) =>
            match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : otherwise;
        int kernel = Number("kernel", 1);
        var layer = new Layer(
            Number("inputs", 1), Number("outputs", 1), kernel, Number("size", 1), Number("batch", 1), Number("stride", 1), (kernel - 1) / 2,
            match.Groups["transposed"].Success);
        if (layer.OutSize < 1 || layer.OutputPadding < 0) throw new FormatException($"The kernel of '{text}' does not fit its stride or image.");
        return layer;
    }

    public override string ToString() =>
        $"{Kernel}×{Kernel}{(Stride > 1 ? $" stride {Stride}" : "")}{(Transposed ? " transposed" : "")}, {Inputs} → {Outputs}, " +
        $"{Size}×{Size}{(Batch > 1 ? $", batch {Batch}" : "")}";

    [GeneratedRegex(
        @"^(?<kernel>[1-9]\d?)[x×]\k<kernel>(?: stride (?<stride>[1-4]))?(?<transposed> transposed)?, (?<inputs>[1-9]\d{0,4}) ?(?:->|→) ?"
        + @"(?<outputs>[1-9]\d{0,4}), (?<size>[1-9]\d{0,4})[x×]\k<size>(?:, batch (?<batch>[1-9]\d{0,3}))?$")]
    private static partial Regex Name();
}
