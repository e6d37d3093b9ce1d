using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// What the outputs of a discriminator (or critic) cost it and the generator. Outputs are raw numbers of any shape, without a sigmoid,
/// higher where the image looks real; costs are means over all of them. Of a discriminator with several outputs the caller adds up the
/// costs of each.
/// </summary>
/// <remarks>
/// Factors that a method puts before its costs (the halves of LSGAN's paper, pix2pix's half for the discriminator) are its recipe's.
/// </remarks>
public abstract record AdversarialObjective
{
    /// <summary>What the discriminator minimises.</summary>
    /// <param name="real">Its outputs for real images.</param>
    /// <param name="fake">Its outputs for generated images.</param>
    /// <returns>One number.</returns>
    public abstract Tensor OfDiscriminator(Tensor real, Tensor fake);

    /// <summary>What the generator minimises.</summary>
    /// <param name="real">The discriminator's outputs for real images; only relativistic objectives read them.</param>
    /// <param name="fake">Its outputs for generated images.</param>
    /// <returns>One number.</returns>
    public abstract Tensor OfGenerator(Tensor real, Tensor fake);
}
