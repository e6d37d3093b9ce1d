using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// What of an enlargement's error repeats from square to square of the pixels that were one. A network that writes whole squares at once
/// can give each place in them a value of its own everywhere; a distance of features rewards such a grid where it cannot know the texture
/// (the largest of four, which pooling takes, grows by it), and a mean over pixels hardly minds it. No photograph has one.
/// </summary>
public static class GridLoss
{
    /// <summary>
    /// For each image the mean error at each place within the squares, over all squares; then the mean of their absolute values.
    /// </summary>
    /// <param name="images">N,H,W,C, whose sides are multiples of the period: what was made.</param>
    /// <param name="targets">The same shape: what is aimed at.</param>
    /// <param name="period">The squares' side, the scale of the enlargement.</param>
    /// <returns>One number.</returns>
    public static Tensor Of(Tensor images, Tensor targets, int period)
    {
        (int count, int rows, int columns, int channels) = (images.Shape[0], images.Shape[1] / period, images.Shape[2] / period, images.Shape[3]);
        return (images - targets).Reshape([count, rows, period, columns, period, channels]).Mean(1, 3).Abs().Mean();
    }
}
