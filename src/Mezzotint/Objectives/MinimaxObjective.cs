using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// The game of Goodfellow et al. (2014) as theory has it: the generator maximises what the discriminator minimises, minus log(1 - sigmoid)
/// of the outputs for its images. Its gradient vanishes while the discriminator is sure.
/// </summary>
public sealed record MinimaxObjective : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) => (-real).Softplus().Mean() + fake.Softplus().Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => -fake.Softplus().Mean();
}
