using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.SuperResolution;

/// <summary>The photographs a training learns from, and how they are cut.</summary>
public sealed record SuperResolutionDataRecipe
{
    /// <summary>Folders of photographs, searched with their subfolders. Default: none, and a training asks for one.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>A folder of photographs that are never trained on, to choose by; nothing for none. Default: nothing.</summary>
    public string? Validation { get; init; }

    /// <summary>
    /// The side of a square crop, in pixels of the low-resolution picture; the truth's is this times the scale. Default: 24.
    /// </summary>
    [Range(4, 1_024)]
    public int Crop { get; init; } = 24;

    /// <summary>Crops in a step. Default: 16.</summary>
    [Range(1, 4_096)]
    public int Batch { get; init; } = 16;

    /// <summary>Whether half of the crops are mirrored left to right. Default: true.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>Whether crops are turned by a random multiple of 90 degrees. Default: true.</summary>
    public bool Rotations { get; init; } = true;

    /// <summary>
    /// Decoded photographs are kept in memory up to so many megabytes (of 2^20 bytes), and beyond decoded anew each time. Default: 2,048.
    /// </summary>
    [Range(0, 1_000_000)]
    public int CacheMegabytes { get; init; } = 2_048;
}
