using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// DiffAugment (Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training"): what a discriminator sees, real and generated alike,
/// is changed at random, image by image, by functions that gradients run through.
/// </summary>
public static class DifferentiableAugmentation
{
    private const double Reach = 1.0 / 8;
    private const double Hole = 1.0 / 2;

    /// <summary>
    /// Brightness moved by -0.5 to 0.5, saturation times 0 to 2, contrast times 0.5 to 1.5, each about the image's own means.
    /// </summary>
    /// <param name="images">N,H,W,C in [-1, 1].</param>
    /// <param name="random">Where the numbers are drawn.</param>
    public static Tensor Colour(Tensor images, RandomStream random)
    {
        Shape one = [images.Shape[0], 1, 1, 1];
        Tensor x = images + (random.Uniform(one) - 0.5f);
        Tensor grey = Means(x, 3);
        x = (x - grey) * (2 * random.Uniform(one)) + grey;
        Tensor mean = Means(x, 1, 2, 3);
        return (x - mean) * (random.Uniform(one) + 0.5f) + mean;
    }

    /// <summary>Shifted by whole pixels, up to an eighth of each side, both ways; what comes in from outside is zero.</summary>
    /// <param name="images">N,H,W,C.</param>
    /// <param name="random">Where the numbers are drawn.</param>
    public static Tensor Translation(Tensor images, RandomStream random)
    {
        (int marginY, int marginX) = (Margin(images.Shape[1]), Margin(images.Shape[2]));
        var window = new RandomWindow(random, images.Shape[0], 2 * marginY, 2 * marginX);
        return window.Of(images.Pad([0, marginY, marginX, 0], [0, marginY, marginX, 0]));

        static int Margin(int side) => (int)Math.Round(side * Reach);
    }

    /// <summary>A rectangle of half of each side, anywhere, some of it perhaps outside, is zero.</summary>
    /// <param name="images">N,H,W,C.</param>
    /// <param name="random">Where the numbers are drawn.</param>
    public static Tensor Cutout(Tensor images, RandomStream random)
    {
        (int count, int height, int width) = (images.Shape[0], images.Shape[1], images.Shape[2]);
        Tensor outside = Tensor.Max(Outside(height, [count, 1, 1, 1], [height, 1, 1]), Outside(width, [count, 1, 1, 1], [width, 1]));
        return images * outside;

        // 1 where a row or column is not within the hole's.
        Tensor Outside(int extent, Shape one, Shape along)
        {
            int hole = (int)Math.Round(extent * Hole);
            Tensor centre = (random.Uniform(one) * (extent + 1 - hole % 2)).Floor();
            Tensor offset = Numbers(extent).Reshape(along) - (centre - hole / 2);
            return 1 - Tensor.LessOrEqual(0, offset) * Tensor.Less(offset, hole);
        }
    }

    private static Tensor Numbers(int extent) => Tensor.Of([extent], Enumerable.Range(0, extent).Select(i => (float)i).ToArray());

    private static Tensor Means(Tensor images, params int[] axes)
    {
        int[] extents = [.. images.Shape];
        foreach (int axis in axes) extents[axis] = 1;
        return images.Mean(axes).Reshape(Shape.Create(extents));
    }
}
