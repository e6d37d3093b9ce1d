using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// The first objective (Goodfellow et al. 2014): the discriminator's sigmoid outputs are probabilities, and cross-entropy is minimised; the
/// generator maximises the probability of being taken for real, whose gradient does not vanish while it is bad.
/// </summary>
/// <param name="RealTarget">
/// The probability that the discriminator is to give real images: 1, or a little less (0.9; one-sided label smoothing, Salimans et al.
/// 2016).
/// </param>
public sealed record NonSaturatingObjective(double RealTarget = 1) : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) =>
        (real.Softplus() - (float)RealTarget * real).Mean() + fake.Softplus().Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => (-fake).Softplus().Mean();
}
