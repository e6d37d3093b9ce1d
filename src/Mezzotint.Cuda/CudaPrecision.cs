namespace Mezzotint.Cuda;

/// <summary>In what the GPU computes products of matrices and convolutions. Values are stored in single precision anyway.</summary>
public enum CudaPrecision
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>
    /// Factors rounded to 10 bits of mantissa (TF32), sums in single precision, by NVIDIA's libraries on GPUs of compute capability 8.0 and
    /// up.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// Factors rounded to 7 bits of mantissa (bfloat16), sums in single precision, and the results of convolutions rounded as well, by
    /// NVIDIA's libraries on GPUs of compute capability 8.0 and up.
    /// </summary>
    Bfloat16,
}
