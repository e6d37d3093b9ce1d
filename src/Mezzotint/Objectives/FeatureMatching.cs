using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// Feature matching (Salimans et al. 2016; as in Pix2PixHD, Wang et al. 2018): generated images are to give the discriminator the features
/// that real ones do.
/// </summary>
public static class FeatureMatching
{
    // Pix2PixHD's weight of a scale's features is 4/(layers + 1), where layers + 1 is how many there are: 1 for its usual three layers.
    private const float Features = 4;

    /// <summary>Mean absolute differences, summed over features and averaged over scales. Published with a factor of 10.</summary>
    /// <param name="real">
    /// For each scale what the discriminator's layers make of real images, its output last; no gradient goes there.
    /// </param>
    /// <param name="fake">The same for generated images.</param>
    /// <returns>One number.</returns>
    public static Tensor Of(IReadOnlyList<IReadOnlyList<Tensor>> real, IReadOnlyList<IReadOnlyList<Tensor>> fake)
    {
        Tensor sum = 0;
        foreach ((IReadOnlyList<Tensor> ofReal, IReadOnlyList<Tensor> ofFake) in real.Zip(fake))
        {
            int count = ofReal.Count - 1;
            float weight = Features / (count * real.Count);
            for (int i = 0; i < count; i++) sum += weight * (ofFake[i] - ofReal[i].Detach()).Abs().Mean();
        }

        return sum;
    }
}
