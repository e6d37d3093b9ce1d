using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// Costs of a discriminator's steepness. They are made of its gradients by images and are differentiated once more by its weights. Batch
/// norm has no place in such a discriminator: through it an image's output depends on the other images.
/// </summary>
public static class GradientPenalty
{
    // Keeps the root's gradient finite where the discriminator is flat.
    private const float Epsilon = 1e-12f;

    /// <summary>
    /// WGAN-GP (Gulrajani et al. 2017): the mean squared distance to 1 of the gradient's norm, taken for each image by itself over all its
    /// elements, at random points between real and generated images. Published with a factor of 10.
    /// </summary>
    /// <param name="critic">Writes the critic's outputs, one a sample or a map, for images.</param>
    /// <param name="real">Real images, N first.</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="random">Where the points are drawn.</param>
    /// <returns>One number.</returns>
    public static Tensor Wasserstein(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, RandomStream random)
    {
        int[] one = [real.Shape[0], .. Enumerable.Repeat(1, real.Shape.Rank - 1)];
        Tensor share = random.Uniform(Shape.Create(one));
        Tensor between = (fake + share * (real - fake)).Detach();

        // The penalty is differentiated by the critic's weights alone, never by the images, so the points are as good as given.
        Tensor norm = (SquaredSlopes(critic(between), between) + Epsilon).Sqrt();
        return (norm - 1).Square().Mean();
    }

    /// <summary>
    /// R1 (Mescheder, Geiger and Nowozin 2018): half the mean squared norm of the discriminator's gradient at real images. Published with a
    /// factor of 10; StyleGAN2 chooses it by resolution.
    /// </summary>
    /// <param name="outputs">The discriminator's outputs for the images.</param>
    /// <param name="images">The real images that the outputs were written for, N first.</param>
    /// <returns>One number.</returns>
    public static Tensor R1(Tensor outputs, Tensor images) => 0.5f * SquaredSlopes(outputs, images).Mean();

    /// <summary>For each image, the sum of the squares of the gradient of its outputs' sum.</summary>
    private static Tensor SquaredSlopes(Tensor outputs, Tensor images) =>
        Gradients.Of(outputs.Sum(), images)[0].Square().Sum([.. Enumerable.Range(1, images.Shape.Rank - 1)]);
}
