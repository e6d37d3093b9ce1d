using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// The relativistic average of an objective (Jolicoeur-Martineau 2019; ESRGAN's, of the non-saturating one): outputs are taken relative to
/// the mean output for the other kind of images, and the generator has the discriminator's cost with the kinds exchanged.
/// </summary>
/// <param name="Of">The objective; of least squares the one with targets of 1 and -1.</param>
public sealed record RelativisticAverageObjective(AdversarialObjective Of) : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) => Of.OfDiscriminator(real - fake.Mean(), fake - real.Mean());

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => Of.OfDiscriminator(fake - real.Mean(), real - fake.Mean());
}
