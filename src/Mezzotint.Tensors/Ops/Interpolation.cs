namespace Mezzotint.Tensors.Ops;

/// <summary>How new samples are made between old ones. Pixels are squares: sample i lies at i + 0.5.</summary>
public enum Interpolation
{
    /// <summary>The nearest sample; the later one on a tie.</summary>
    Nearest,

    /// <summary>A tent over two samples.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5 over four samples.</summary>
    Bicubic,
}
