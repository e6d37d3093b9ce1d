using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Training;

/// <summary>The settings of Adam (Kingma and Ba, 2015).</summary>
public sealed record AdamRecipe
{
    /// <summary>The full learning rate, before the schedule. Default: 0.0002.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>The decay of the mean of gradients. Default: 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of squared gradients. Default: 0.99.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>What is added to the root before dividing. Default: 1e-8.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gradients whose norm over all weights is larger are scaled down to it; 0 for no limit. Default: 0.</summary>
    [Range(0.0, 1e9)]
    public double ClipNorm { get; init; }
}
