using System.ComponentModel.DataAnnotations;
using Mezzotint.Objectives;
using Mezzotint.Recipes;
using Mezzotint.Tensors;

namespace Mezzotint.Families;

/// <summary>What a discriminator and a generator make small, and what keeps the discriminator from being steep.</summary>
public sealed record AdversarialRecipe : ICheckedRecipe
{
    /// <summary>
    /// minimax and nonSaturating (Goodfellow et al. 2014), leastSquares (LSGAN, Mao et al. 2017), wasserstein (Arjovsky et al. 2017, with
    /// clip or gradientPenalty) or hinge (Lim and Ye 2017). Default: nonSaturating.
    /// </summary>
    public AdversarialKind Kind { get; init; } = AdversarialKind.NonSaturating;

    /// <summary>
    /// Whether outputs are taken relative to the mean output for the other kind of images (Jolicoeur-Martineau 2019). Default: false.
    /// </summary>
    public bool Relativistic { get; init; }

    /// <summary>
    /// For nonSaturating: the probability that the discriminator is to give real images; 0.9 is one-sided label smoothing (Salimans et al.
    /// 2016). Default: 1.
    /// </summary>
    [Range(0.5, 1.0)]
    public double RealTarget { get; init; } = 1;

    /// <summary>The factor of WGAN-GP's penalty (Gulrajani et al. 2017), published as 10; 0 for none. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double GradientPenalty { get; init; }

    /// <summary>The largest size of a discriminator's weight, as in the first WGAN, where it is 0.01; 0 for no limit. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double Clip { get; init; }

    /// <summary>The factor of the penalty R1 (Mescheder et al. 2018), published as 10; 0 for none. Default: 0.</summary>
    [Range(0.0, 1e6)]
    public double R1 { get; init; }

    /// <summary>
    /// R1 is taken at every so many steps, with so many times the factor (StyleGAN2's lazy regularisation, where it is 16). Default: 1.
    /// </summary>
    [Range(1, 1_000)]
    public int R1Every { get; init; } = 1;

    /// <summary>Whether images' outputs must not depend on one another: no batch norm in the discriminator.</summary>
    internal bool Penalises => GradientPenalty > 0 || R1 > 0;

    /// <summary>Whether steps that take R1 are of another kind than the others.</summary>
    internal bool Lazy => R1 > 0 && R1Every > 1;

    /// <summary>Whether a step takes R1.</summary>
    /// <param name="step">Which step it is, from 1.</param>
    internal bool Regularises(long step) => R1 > 0 && (step - 1) % R1Every == 0;

    /// <summary>Limits a discriminator's weights, as a step has left them, to <see cref="Clip"/>.</summary>
    internal void Limit(IEnumerable<Variable> parameters, Updates updates)
    {
        if (Clip == 0) return;
        float limit = (float)Clip;
        foreach (Variable variable in parameters) updates.Assign(variable, Tensor.Max(-limit, Tensor.Min(limit, updates[variable])));
    }

    /// <summary>The costs.</summary>
    public AdversarialObjective Objective()
    {
        AdversarialObjective plain = Kind switch
        {
            AdversarialKind.Minimax => new MinimaxObjective(),
            AdversarialKind.NonSaturating => new NonSaturatingObjective(RealTarget),
            AdversarialKind.LeastSquares => new LeastSquaresObjective(FakeTarget: Relativistic ? -1 : 0),
            AdversarialKind.Wasserstein => new WassersteinObjective(),
            AdversarialKind.Hinge => new HingeObjective(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Relativistic ? new RelativisticAverageObjective(plain) : plain;
    }

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (RealTarget != 1 && Kind != AdversarialKind.NonSaturating)
            yield return ("realTarget", "is used by 'kind: nonSaturating' alone; set that, or remove it");
        if (R1 == 0 && R1Every != 1)
            yield return ("r1Every", "is of use where r1 is above 0; set that, or remove it");
        if (Kind == AdversarialKind.Wasserstein && GradientPenalty == 0 && Clip == 0)
            yield return ("kind", "is wasserstein, whose critic must be kept from being steep; set clip (published: 0.01) or gradientPenalty (10)");
    }
}

/// <summary>The adversarial objectives.</summary>
public enum AdversarialKind
{
    /// <summary>The game as theory has it.</summary>
    Minimax,

    /// <summary>The same, with a generator's cost whose gradient does not vanish.</summary>
    NonSaturating,

    /// <summary>LSGAN.</summary>
    LeastSquares,

    /// <summary>WGAN.</summary>
    Wasserstein,

    /// <summary>Hinge.</summary>
    Hinge,
}
