namespace Mezzotint.Weights.Onnx;

/// <summary>The element types of ONNX tensors that are used here, with ONNX's numbers.</summary>
internal enum OnnxType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
}
