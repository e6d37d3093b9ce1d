using System.ComponentModel.DataAnnotations;
using Mezzotint.Recipes;

namespace Mezzotint.Training;

/// <summary>How the learning rate changes over a training.</summary>
public sealed record ScheduleRecipe : ICheckedRecipe
{
    private const double DefaultFactor = 0.5;
    private const double DefaultConstantShare = 0.5;

    /// <summary>constant, step, cosine or linear. Default: cosine.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Cosine;

    /// <summary>Over so many first steps the rate rises linearly. Default: 0.</summary>
    [Range(0, 100_000_000)]
    public int WarmupSteps { get; init; }

    /// <summary>For step: the steps from which the rate is multiplied by the factor, ascending. Default: none.</summary>
    [Range(1.0, 100_000_000.0)]
    public IReadOnlyList<long> Milestones { get; init; } = [];

    /// <summary>For step: what the rate is multiplied by at each milestone. Default: 0.5.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Factor { get; init; } = DefaultFactor;

    /// <summary>For cosine: what is left of the full rate at the end. Default: 0.</summary>
    [Range(0.0, 1.0)]
    public double FinalFraction { get; init; }

    /// <summary>For linear: the share of the steps over which the rate stays as it is before it falls to 0. Default: 0.5.</summary>
    [Range(0.0, 1.0)]
    public double ConstantShare { get; init; } = DefaultConstantShare;

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Kind != ScheduleKind.Step && Milestones.Count > 0)
            yield return ("milestones", "is used by 'kind: step' alone; set that, or remove it");
        if (Kind != ScheduleKind.Step && Factor != DefaultFactor)
            yield return ("factor", "is used by 'kind: step' alone; set that, or remove it");
        if (Kind != ScheduleKind.Cosine && FinalFraction != 0)
            yield return ("finalFraction", "is used by 'kind: cosine' alone; set that, or remove it");
        if (Kind != ScheduleKind.Linear && ConstantShare != DefaultConstantShare)
            yield return ("constantShare", "is used by 'kind: linear' alone; set that, or remove it");
        if (Kind == ScheduleKind.Step && Milestones.Count == 0)
            yield return ("milestones", "is empty, and 'kind: step' needs at least one");
        for (int i = 1; i < Milestones.Count; i++)
        {
            if (Milestones[i] <= Milestones[i - 1])
                yield return ("milestones", $"has {Milestones[i]} after {Milestones[i - 1]}; milestones ascend");
        }
    }
}
