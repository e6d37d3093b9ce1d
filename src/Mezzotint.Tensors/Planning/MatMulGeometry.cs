namespace Mezzotint.Tensors.Planning;

/// <summary>
/// A batched matrix product C[b] = A[b] · B[b] over strided operands; C is dense, row-major. Strides are in elements; a batch stride of 0 shares
/// an operand, a transposed operand is one whose strides are exchanged.
/// </summary>
internal readonly record struct MatMulGeometry(
    int Batch, int Rows, int Columns, int Depth,
    long ABatchStride, long ARowStride, long ADepthStride,
    long BBatchStride, long BDepthStride, long BColumnStride);
