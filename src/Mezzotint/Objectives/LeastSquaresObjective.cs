using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// LSGAN (Mao et al. 2017): squared distances of the outputs to 1 for real and 0 for generated images; the generator's to 1.
/// </summary>
public sealed record LeastSquaresObjective : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) => (real - 1).Square().Mean() + fake.Square().Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => (fake - 1).Square().Mean();
}
