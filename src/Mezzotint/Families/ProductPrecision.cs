namespace Mezzotint.Families;

/// <summary>
/// To what a training lets the factors of its convolutions and matrix products be rounded; sums and all values that are kept are float32
/// anyway.
/// </summary>
public enum ProductPrecision
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>
    /// 10 bits of mantissa (TF32), on NVIDIA GPUs of compute capability 8.0 and up, by their libraries; other devices compute in single
    /// precision.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// 7 bits of mantissa (bfloat16), to which the results of convolutions are rounded as well; where and by what as TF32.
    /// </summary>
    Bfloat16,
}
