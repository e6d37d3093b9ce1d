using Mezzotint.Tensors;

namespace Mezzotint.Families.SuperResolution;

/// <summary>What the pixel losses are.</summary>
internal static class PixelLosses
{
    /// <summary>The mean error over all pixels and channels.</summary>
    public static Tensor Of(this PixelLoss loss, Tensor made, Tensor truth)
    {
        Tensor difference = made - truth;
        return (loss == PixelLoss.L1 ? difference.Abs() : difference.Square()).Mean();
    }
}
