using Mezzotint.Data;

namespace Mezzotint.Evaluation;

/// <summary>How unlike one another images are.</summary>
public static class ImageDiversity
{
    /// <summary>The mean Euclidean distance over all pairs of images, per root of their number of samples: between 0 and 1.</summary>
    /// <param name="images">The images, of as many samples each, 0..1; at least two.</param>
    /// <exception cref="ArgumentException">They are fewer, or of different sizes.</exception>
    public static double MeanDistance(IReadOnlyList<float[]> images)
    {
        if (images.Count < 2 || images[0].Length == 0 || images.Any(image => image.Length != images[0].Length))
            throw new ArgumentException("Distances are taken between two images or more, all of one size.", nameof(images));
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double squares = 0;
                for (int k = 0; k < images[i].Length; k++)
                {
                    double difference = images[i][k] - images[j][k];
                    squares += difference * difference;
                }

                sum += Math.Sqrt(squares / images[i].Length);
            }
        }

        return sum / (images.Count * (images.Count - 1) / 2);
    }

    /// <summary>
    /// How unlike one another made images are, as a share of how unlike the data's are: about 1 where they are alike in that, 0 after a
    /// collapse.
    /// </summary>
    /// <param name="made">Made images, 0..1.</param>
    /// <param name="data">Images of the data, 0..1.</param>
    /// <returns>The share; 1 where the data's are all the same.</returns>
    public static double Share(IReadOnlyList<float[]> made, IReadOnlyList<float[]> data)
    {
        double whole = MeanDistance(data);
        return whole > 0 ? MeanDistance(made) / whole : 1;
    }

    /// <summary>Some images of a set, from all over it, the same each time.</summary>
    /// <param name="set">The set.</param>
    /// <param name="count">How many; no more than there are.</param>
    public static float[][] Of(IImageSet set, int count)
    {
        var images = new float[count][];
        for (int i = 0; i < count; i++) set.Read((int)((long)i * set.Count / count), images[i] = new float[set.Width * set.Height * set.Channels]);
        return images;
    }
}
