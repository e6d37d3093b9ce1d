using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// WGAN (Arjovsky, Chintala and Bottou 2017): the critic widens the distance of its mean outputs for real and generated images. It must be
/// kept from being steep: by clipping its weights, or by <see cref="GradientPenalty"/>.
/// </summary>
public sealed record WassersteinObjective : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) => fake.Mean() - real.Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => -fake.Mean();
}
