namespace Mezzotint.Tensors.Ops;

/// <summary>
/// How new samples are made between old ones. Pixels are squares: sample i lies at i + 0.5, but where it is said. Edges are mirrored.
/// </summary>
public enum Interpolation
{
    /// <summary>The nearest sample; the later one on a tie.</summary>
    Nearest,

    /// <summary>A tent over two samples.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5 over four samples.</summary>
    Bicubic,

    /// <summary>A tent over two samples, which lie at pixels' corners: sample i at i. So TensorFlow 1 resized.</summary>
    BilinearFromCorners,

    /// <summary>As <see cref="Bicubic"/>, but what would lie beyond the edges counts for nothing. So PIL resizes.</summary>
    BicubicWithin,
}
