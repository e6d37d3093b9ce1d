using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>What classifiers of ImageNet are given: colours less their mean over the photographs, in units of their deviation.</summary>
internal static class ImageNetColours
{
    /// <summary>In words.</summary>
    public const string Description = "not resized; ImageNet's mean and deviation";

    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>Of red, green and blue in [0, 1].</summary>
    public static Tensor Of(Tensor images) => (images - Tensor.Of([3], Mean)) * Tensor.Of([3], Deviation).Reciprocal();

    /// <summary>Back to red, green and blue in [0, 1].</summary>
    public static Tensor ToUnit(Tensor colours) => colours * Tensor.Of([3], Deviation) + Tensor.Of([3], Mean);
}
