using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.Hierarchical;

/// <summary>How long each stage of a training is; what is left of its steps is the stage in which all generators move together.</summary>
public sealed record HierarchicalStagesRecipe
{
    /// <summary>Steps of the main generator alone. Default: 30,000.</summary>
    [Range(0, 100_000_000)]
    public int Main { get; init; } = 30_000;

    /// <summary>Steps of each auxiliary generator alone, the smallest level first; one number for all of them. Default: 20,000.</summary>
    [Range(0, 100_000_000)]
    [MinLength(1)]
    public IReadOnlyList<int> Auxiliary { get; init; } = [20_000];
}
