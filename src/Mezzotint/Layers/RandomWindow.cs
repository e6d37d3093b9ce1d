using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// A window into each image of a batch, at a random place. What is cut through the same object is cut at the same places, so that images that belong together
/// stay so.
/// </summary>
internal sealed class RandomWindow
{
    private const long LargestWholeFloat = 1 << 24;

    private readonly int _count, _marginY, _marginX;
    private readonly Tensor _top, _left;

    /// <summary>Draws the places.</summary>
    /// <param name="random">Where the numbers are drawn.</param>
    /// <param name="count">Images of a batch.</param>
    /// <param name="marginY">How many rows fewer than an image a window has; 0 or more.</param>
    /// <param name="marginX">How many columns fewer; 0 or more.</param>
    public RandomWindow(RandomStream random, int count, int marginY, int marginX)
    {
        (_count, _marginY, _marginX) = (count, marginY, marginX);
        (_top, _left) = (Offset(marginY), Offset(marginX));

        Tensor Offset(int margin) => (random.Uniform([count, 1, 1]) * (margin + 1)).Floor();
    }

    /// <summary>The windows; gradients run through.</summary>
    /// <param name="images">N,H,W,C.</param>
    /// <returns>N, H less the rows' margin, W less the columns', C.</returns>
    public Tensor Of(Tensor images)
    {
        (int rows, int columns, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        if ((long)_count * rows * columns > LargestWholeFloat)
            throw new ArgumentException("A batch of so many pixels cannot be numbered by floats; make it smaller.", nameof(images));

        // Pixels are rows of a table: the first pixel's row of each image is moved, and the others follow it.
        Tensor first = Numbers(_count).Reshape([_count, 1, 1]) * (rows * columns) + _top * columns + _left;
        Tensor index = first + Numbers(rows - _marginY).Reshape([rows - _marginY, 1]) * columns + Numbers(columns - _marginX);
        return images.Reshape([_count * rows * columns, channels]).Gather(index.Cast(ElementType.Int32));
    }

    private static Tensor Numbers(int extent) => Tensor.Of([extent], Enumerable.Range(0, extent).Select(i => (float)i).ToArray());
}
