namespace Mezzotint.Imaging;

/// <summary>The interpolation kernels of MATLAB's imresize; the latter two widen when a picture shrinks (antialiasing).</summary>
public enum ResizeKernel
{
    /// <summary>The nearest sample (a box of width 1, never widened).</summary>
    Nearest,

    /// <summary>A triangle of width 2.</summary>
    Bilinear,

    /// <summary>Keys' cubic convolution with a = -1/2, of width 4 (R. Keys, IEEE Trans. ASSP 29(6), 1981).</summary>
    Bicubic,
}
