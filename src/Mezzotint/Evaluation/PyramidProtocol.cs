namespace Mezzotint.Evaluation;

/// <summary>How sets of images are compared by the patches of their Laplacian bands.</summary>
/// <param name="Images">Images of each set, at most; the sets are cut to the smaller one.</param>
/// <param name="PatchesPerImage">Patches of each image and band.</param>
/// <param name="Directions">Directions along which patches are sorted.</param>
public sealed record PyramidProtocol(int Images, int PatchesPerImage, int Directions)
{
    /// <summary>The side of a patch, in pixels, as published.</summary>
    public const int PatchSide = 7;

    /// <summary>For a look while training.</summary>
    public static PyramidProtocol Quick { get; } = new(256, 32, 64);

    /// <summary>For a figure to report.</summary>
    public static PyramidProtocol Full { get; } = new(1_024, 32, 128);

    /// <summary>The protocol in words.</summary>
    public string Description =>
        $"Sliced Wasserstein distance in thousandths, lower is better: {PatchesPerImage} patches of {PatchSide}x{PatchSide} pixels from each Laplacian band of up to "
        + $"{Images} images, by the true bands' mean and deviation, along {Directions} directions.";
}
