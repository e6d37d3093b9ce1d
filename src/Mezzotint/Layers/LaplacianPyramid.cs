using Mezzotint.Tensors;
using Interpolation = Mezzotint.Tensors.Ops.Interpolation;

namespace Mezzotint.Layers;

/// <summary>
/// The Laplacian pyramid (Burt and Adelson 1983, "The Laplacian Pyramid as a Compact Image Code"): an image as a small low-pass of it and,
/// for each doubling of the side, the band of detail that the enlarged low-pass lacks. Low-passes come from a tent four pixels wide (1, 3,
/// 3, 1 eighths each way), and the enlargement is bilinear. Levels are counted from the smallest.
/// </summary>
public static class LaplacianPyramid
{
    /// <summary>The low-pass of half the side.</summary>
    /// <param name="images">N,H,W,C of even sides.</param>
    /// <exception cref="ShapeException">A side is odd.</exception>
    public static Tensor Half(Tensor images)
    {
        if (images.Shape.Rank != 4 || images.Shape[1] % 2 != 0 || images.Shape[2] % 2 != 0)
            throw ShapeException.In($"half of {images.Shape}", "it takes images N,H,W,C of even sides.");
        return images.Resize(images.Shape[1] / 2, images.Shape[2] / 2, Interpolation.Bilinear, antialias: true);
    }

    /// <summary>The enlargement to twice the side.</summary>
    /// <param name="images">N,H,W,C.</param>
    public static Tensor Double(Tensor images) => images.Resize(2 * images.Shape[1], 2 * images.Shape[2], Interpolation.Bilinear);

    /// <summary>The low-passes of images, the smallest first and the images themselves last.</summary>
    /// <param name="images">N,H,W,C whose sides can be halved levels - 1 times.</param>
    /// <param name="levels">How many, at least 1.</param>
    public static IReadOnlyList<Tensor> LowPasses(Tensor images, int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        var passes = new Tensor[levels];
        passes[^1] = images;
        for (int level = levels - 2; level >= 0; level--) passes[level] = Half(passes[level + 1]);
        return passes;
    }

    /// <summary>The smallest low-pass, and then the bands of detail, each of twice the side of the one before.</summary>
    /// <param name="images">N,H,W,C whose sides can be halved levels - 1 times.</param>
    /// <param name="levels">How many, at least 1.</param>
    public static IReadOnlyList<Tensor> Bands(Tensor images, int levels)
    {
        IReadOnlyList<Tensor> passes = LowPasses(images, levels);
        return [passes[0], .. Enumerable.Range(1, levels - 1).Select(level => passes[level] - Double(passes[level - 1]))];
    }

    /// <summary>The images of <see cref="Bands"/>.</summary>
    /// <param name="bands">The smallest low-pass first.</param>
    public static Tensor Reconstruct(IReadOnlyList<Tensor> bands) => bands.Skip(1).Aggregate(bands[0], (low, band) => Double(low) + band);
}
