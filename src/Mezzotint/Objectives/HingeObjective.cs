using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// The hinge (Lim and Ye 2017; Miyato et al. 2018): outputs above 1 for real images and below -1 for generated ones cost nothing more.
/// </summary>
public sealed record HingeObjective : AdversarialObjective
{
    /// <inheritdoc/>
    public override Tensor OfDiscriminator(Tensor real, Tensor fake) => (1 - real).Relu().Mean() + (1 + fake).Relu().Mean();

    /// <inheritdoc/>
    public override Tensor OfGenerator(Tensor real, Tensor fake) => -fake.Mean();
}
