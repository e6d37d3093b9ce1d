using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// Adaptive instance normalisation (Huang and Belongie 2017): each channel of each image gets the mean and the deviation over pixels that
/// another's features have.
/// </summary>
public static class AdaIN
{
    private const float Epsilon = 1e-5f;

    /// <summary>
    /// Features with the style of others. Variances are unbiased, plus 1e-5, as where the usual PyTorch weights were trained; the authors'
    /// own program divides by the number of pixels, and has no 1e-5 in the style's. Of as many pixels in both the numbers' quotients are
    /// the same.
    /// </summary>
    /// <param name="content">N,H,W,C.</param>
    /// <param name="style">N or 1,H',W',C; of as many pixels as it likes.</param>
    public static Tensor Of(Tensor content, Tensor style)
    {
        (Tensor mean, Tensor deviation) = Statistics(style);
        return Of(content, mean, deviation);
    }

    /// <summary>Features of a given mean and deviation.</summary>
    /// <param name="content">N,H,W,C.</param>
    /// <param name="styleMean">N or 1,1,1,C: the mean of each channel.</param>
    /// <param name="styleDeviation">The same shape: its deviation.</param>
    public static Tensor Of(Tensor content, Tensor styleMean, Tensor styleDeviation)
    {
        (Tensor mean, Tensor deviation) = Statistics(content);
        return (content - mean) * (styleDeviation / deviation) + styleMean;
    }

    /// <summary>The mean and the deviation of each channel over an image's pixels.</summary>
    /// <param name="features">N,H,W,C.</param>
    /// <returns>Two tensors N,1,1,C.</returns>
    public static (Tensor Mean, Tensor Deviation) Statistics(Tensor features)
    {
        float pixels = features.Shape[1] * features.Shape[2];
        (Tensor mean, Tensor variance) = features.Moments(1, 2);
        return (mean, (variance * (pixels / Math.Max(1, pixels - 1)) + Epsilon).Sqrt());
    }
}
