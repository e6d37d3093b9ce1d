using System.ComponentModel.DataAnnotations;
using Mezzotint.Recipes;
using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>Which optimizer, and its settings; the defaults are those that adversarial networks are trained with since DCGAN.</summary>
public sealed record OptimizerRecipe : ICheckedRecipe
{
    private const double DefaultBeta1 = 0.5, DefaultBeta2 = 0.999, DefaultDecay = 0.99;

    /// <summary>adam or rmsprop. Default: adam.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>The full learning rate, before the schedule. Default: 0.0002.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>For adam: the decay of the mean of gradients. Default: 0.5.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = DefaultBeta1;

    /// <summary>For adam: the decay of the mean of squared gradients. Default: 0.999.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = DefaultBeta2;

    /// <summary>For rmsprop: the decay of the mean of squared gradients. Default: 0.99.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Decay { get; init; } = DefaultDecay;

    /// <summary>What is added to the root before dividing. Default: 1e-8.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gradients whose norm over all weights is larger are scaled down to it; 0 for no limit. Default: 0.</summary>
    [Range(0.0, 1e9)]
    public double ClipNorm { get; init; }

    /// <summary>The optimizer.</summary>
    /// <param name="name">A path for what it remembers.</param>
    /// <param name="parameters">What it moves.</param>
    public IOptimizer Create(string name, IEnumerable<Variable> parameters) => Kind == OptimizerKind.Rmsprop
        ? new RmsProp(name, parameters, this)
        : new Adam(name, parameters, new AdamRecipe
        {
            LearningRate = LearningRate,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Epsilon = Epsilon,
            ClipNorm = ClipNorm,
        });

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Kind != OptimizerKind.Adam && Beta1 != DefaultBeta1) yield return ("beta1", "is used by 'kind: adam' alone; set that, or remove it");
        if (Kind != OptimizerKind.Adam && Beta2 != DefaultBeta2) yield return ("beta2", "is used by 'kind: adam' alone; set that, or remove it");
        if (Kind != OptimizerKind.Rmsprop && Decay != DefaultDecay) yield return ("decay", "is used by 'kind: rmsprop' alone; set that, or remove it");
    }
}

/// <summary>The optimizers.</summary>
public enum OptimizerKind
{
    /// <summary>Kingma and Ba (2015).</summary>
    Adam,

    /// <summary>Tieleman and Hinton (2012).</summary>
    Rmsprop,
}
