using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// A product of matrices by a library: C[z] = A[z] · B[z], C dense, all row-major. Arguments: left, right, result.
/// </summary>
/// <param name="Batch">How many products.</param>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="Depth">Terms of each sum.</param>
/// <param name="Left">How the left operand lies.</param>
/// <param name="Right">How the right operand lies.</param>
/// <param name="Arguments">Left, right, result.</param>
internal sealed record MatMulCall(int Batch, int Rows, int Columns, int Depth, MatrixLayout Left, MatrixLayout Right, Argument[] Arguments)
    : Call(Arguments);

/// <summary>How matrices lie: consecutive along their columns, or transposed, along their rows.</summary>
/// <param name="Transposed">Whether rows, and not columns, are neighbours.</param>
/// <param name="Leading">Elements from one line of neighbours to the next.</param>
/// <param name="Batch">Elements from one matrix to the next.</param>
internal readonly record struct MatrixLayout(bool Transposed, long Leading, long Batch)
{
    /// <summary>The layout of strided matrices, or null where neither rows nor columns are neighbours.</summary>
    public static MatrixLayout? Of(int rows, int columns, long rowStride, long columnStride, long batchStride)
    {
        if (batchStride < 0) return null;
        if ((columnStride == 1 || columns == 1) && (rowStride >= columns || rows == 1)) return new(false, rows == 1 ? columns : rowStride, batchStride);
        if ((rowStride == 1 || rows == 1) && (columnStride >= rows || columns == 1)) return new(true, columns == 1 ? rows : columnStride, batchStride);
        return null;
    }
}

/// <summary>A convolution's three sides.</summary>
internal enum ConvolutionSide
{
    /// <summary>The result, from image and weights.</summary>
    Forward,

    /// <summary>The gradient by the image, from the result's adjoint and the weights.</summary>
    InputGradient,

    /// <summary>The gradient by the weights, from the image and the result's adjoint.</summary>
    WeightGradient,
}

/// <summary>
/// A convolution, or one of its gradients, by a library. Images are N,H,W,C; weights here are out,kh,kw,in/groups. Padding is the same on
/// opposite sides. Arguments: the two operands, the result, the library's workspace.
/// </summary>
/// <param name="Side">What is computed.</param>
/// <param name="Geometry">Of the convolution.</param>
/// <param name="Halves">Whether operands and result are bfloat16, and not single precision.</param>
/// <param name="Arguments">Operands, result, workspace.</param>
internal sealed record ConvolutionCall(ConvolutionSide Side, ConvolutionGeometry Geometry, bool Halves, Argument[] Arguments) : Call(Arguments);

/// <summary>Fills memory with one word.</summary>
internal sealed record FillCall(uint Word, Argument[] Arguments) : Call(Arguments);
