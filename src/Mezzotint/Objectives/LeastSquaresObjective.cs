using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// LSGAN (Mao et al. 2017): squared distances of the outputs to 1 for real and 0 for generated images; the generator's to 1.
/// </summary>
/// <param name="FakeTarget"> What the discriminator is to give generated images: 0, or -1 where outputs are relative (<see
/// cref="RelativisticAverageObjective"/>), since the distance of two kinds of images is as far below zero for one as it is above for the
/// other.
/// </param>
public sealed record LeastSquaresObjective(double FakeTarget = 0) : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) =>
        (real - 1).Square().Mean() + (fake - (float)FakeTarget).Square().Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => (fake - 1).Square().Mean();
}
