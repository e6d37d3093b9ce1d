using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// DiffAugment (Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training"): what a discriminator sees, real and
/// generated alike, is changed at random, image by image, by functions that gradients run through.
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
    public static Tensor Colour(Tensor images, RandomStream random) => Colour(random, images.Shape)(images);

    /// <summary>Shifted by whole pixels, up to an eighth of each side, both ways; what comes in from outside is zero.</summary>
    /// <param name="images">N,H,W,C.</param>
    /// <param name="random">Where the numbers are drawn.</param>
    public static Tensor Translation(Tensor images, RandomStream random) => Translation(random, images.Shape)(images);

    /// <summary>A rectangle of half of each side, anywhere, some of it perhaps outside, is zero.</summary>
    /// <param name="images">N,H,W,C.</param>
    /// <param name="random">Where the numbers are drawn.</param>
    public static Tensor Cutout(Tensor images, RandomStream random) => Cutout(random, images.Shape)(images);

    /// <summary>The change of colours with numbers drawn once, for images of a shape.</summary>
    internal static Func<Tensor, Tensor> Colour(RandomStream random, Shape shape)
    {
        Shape one = [shape[0], 1, 1, 1];
        Tensor brightness = random.Uniform(one) - 0.5f, saturation = 2 * random.Uniform(one), contrast = random.Uniform(one) + 0.5f;
        return images =>
        {
            Tensor x = images + brightness, grey = Means(x, 3);
            x = (x - grey) * saturation + grey;
            Tensor mean = Means(x, 1, 2, 3);
            return (x - mean) * contrast + mean;
        };
    }

    /// <summary>The shift with numbers drawn once, for images of a shape.</summary>
    internal static Func<Tensor, Tensor> Translation(RandomStream random, Shape shape)
    {
        (int count, int height, int width, int marginY, int marginX) = (shape[0], shape[1], shape[2], Margin(shape[1]), Margin(shape[2]));
        (int rows, int columns) = (height + 2 * marginY, width + 2 * marginX);
        if ((long)count * rows * columns > 1 << 24)
            throw new ArgumentException("A batch of so many pixels cannot be numbered by floats; make it smaller.", nameof(shape));

        // Pixels are rows of a table: the first pixel's row of each image is moved, and the others follow it.
        Tensor first = Numbers(count).Reshape([count, 1, 1]) * (rows * columns) + Shift(marginY) * columns + Shift(marginX);
        Tensor index = (first + Numbers(height).Reshape([height, 1]) * columns + Numbers(width)).Cast(ElementType.Int32);
        return images => images.Pad([0, marginY, marginX, 0], [0, marginY, marginX, 0]).Reshape([count * rows * columns, images.Shape[3]]).Gather(index);

        Tensor Shift(int margin) => (random.Uniform([count, 1, 1]) * (2 * margin + 1)).Floor();

        static int Margin(int side) => Rounded(side * Reach);
    }

    /// <summary>The hole with numbers drawn once, for images of a shape.</summary>
    internal static Func<Tensor, Tensor> Cutout(RandomStream random, Shape shape)
    {
        (int count, int height, int width) = (shape[0], shape[1], shape[2]);
        Tensor outside = Tensor.Max(Outside(height, [count, 1, 1, 1], [height, 1, 1]), Outside(width, [count, 1, 1, 1], [width, 1]));
        return images => images * outside;

        // 1 where a row or column is not within the hole's.
        Tensor Outside(int extent, Shape one, Shape along)
        {
            int hole = Rounded(extent * Hole);
            Tensor centre = (random.Uniform(one) * (extent + 1 - hole % 2)).Floor();
            Tensor offset = Numbers(extent).Reshape(along) - (centre - hole / 2);
            return 1 - Tensor.LessOrEqual(0, offset) * Tensor.Less(offset, hole);
        }
    }

    /// <summary>The nearest whole number of pixels; halves go up, as in the authors' code.</summary>
    private static int Rounded(double pixels) => (int)(pixels + 0.5);

    private static Tensor Numbers(int extent) => Tensor.Of([extent], Enumerable.Range(0, extent).Select(i => (float)i).ToArray());

    private static Tensor Means(Tensor images, params int[] axes)
    {
        int[] extents = [.. images.Shape];
        foreach (int axis in axes) extents[axis] = 1;
        return images.Mean(axes).Reshape(Shape.Create(extents));
    }
}
