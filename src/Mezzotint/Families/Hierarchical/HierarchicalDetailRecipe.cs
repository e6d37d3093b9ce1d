using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.Hierarchical;

/// <summary>The auxiliary generators, one for each doubling of the side.</summary>
public sealed record HierarchicalDetailRecipe
{
    /// <summary>Channels of their features, the smallest level first; one number for all of them. Default: 48.</summary>
    [Range(1, 4_096)]
    [MinLength(1)]
    public IReadOnlyList<int> Channels { get; init; } = [48];

    /// <summary>Residual blocks of each. Default: 2.</summary>
    [Range(1, 64)]
    public int Blocks { get; init; } = 2;

    /// <summary>
    /// In its own stage an auxiliary generator refines generated (what the levels before it make) or real (the low-pass of real images, as
    /// LAPGAN does). Default: generated.
    /// </summary>
    public AuxiliaryInput Input { get; init; } = AuxiliaryInput.Generated;
}

/// <summary>What an auxiliary generator refines in its own stage.</summary>
public enum AuxiliaryInput
{
    /// <summary>What the averaged generators of the levels before it make.</summary>
    Generated,

    /// <summary>The low-pass of the real images that it is judged beside.</summary>
    Real,
}
