namespace Mezzotint.Tensors.Planning;

/// <summary>
/// A batched matrix product C[b] = A[b] · B[b] over strided operands; C is dense, row-major. Strides are in elements; a batch stride of 0
/// shares an operand, a transposed operand is one whose strides are exchanged.
/// </summary>
internal readonly record struct MatMulGeometry(
    int Batch, int Rows, int Columns, int Depth,
    long ABatchStride, long ARowStride, long ADepthStride,
    long BBatchStride, long BDepthStride, long BColumnStride)
{
    /// <summary>The geometry of a product of two views.</summary>
    public static MatMulGeometry Of(View a, View b)
    {
        int batch = a.Shape.Rank == 3 ? a.Shape[0] : 1;
        return new MatMulGeometry(
            batch, a.Shape[^2], b.Shape[^1], a.Shape[^1],
            batch == 1 ? 0 : a.Strides[0], a.Strides[^2], a.Strides[^1],
            batch == 1 ? 0 : b.Strides[0], b.Strides[^2], b.Strides[^1]);
    }
}
