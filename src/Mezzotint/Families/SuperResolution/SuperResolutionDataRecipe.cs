using System.ComponentModel.DataAnnotations;
using Mezzotint.Data;

namespace Mezzotint.Families.SuperResolution;

/// <summary>The photographs a training learns from, and how they are cut.</summary>
public sealed record SuperResolutionDataRecipe
{
    /// <summary>Folders of photographs, searched with their subfolders. Default: none, and a training asks for one.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>A folder of photographs that are never trained on, to choose by; nothing for none. Default: nothing.</summary>
    public string? Validation { get; init; }

    /// <summary>
    /// Channels of the pictures: 3 learns from colour (grey pictures become it), 1 from brightness (colour pictures become it), any other
    /// number from pictures of just so many channels, as satellites' bands. Samples keep their 8 or 16 bits. Default: 3.
    /// </summary>
    [Range(1, 256)]
    public int Channels { get; init; } = 3;

    /// <summary>
    /// The side of a square crop, in pixels of the low-resolution picture; the truth's is this times the scale. Default: 24.
    /// </summary>
    [Range(4, 1_024)]
    public int Crop { get; init; } = 24;

    /// <summary>
    /// The sizes at which each photograph is learned from, as shares of its own: reduced (bicubic), it shows more in a crop and less of its
    /// JPEG. A size at which a photograph is smaller than a crop of the truth is left out for it. An epoch takes each at each of its sizes.
    /// Default: 1 alone.
    /// </summary>
    [MinLength(1)]
    [Range(0.05, 1.0)]
    public IReadOnlyList<double> Sizes { get; init; } = [1];

    /// <summary>Crops in a step. Default: 16.</summary>
    [Range(1, 4_096)]
    public int Batch { get; init; } = 16;

    /// <summary>Whether half of the crops are mirrored left to right. Default: true.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>Whether crops are turned by a random multiple of 90 degrees. Default: true.</summary>
    public bool Rotations { get; init; } = true;

    /// <summary>
    /// How low-resolution pictures come to be: bicubic, by the published protocol; or photograph, as people's pictures do. Default:
    /// bicubic.
    /// </summary>
    public LowResolution Degradation { get; init; } = LowResolution.Bicubic;

    /// <summary>What happens to a photograph, where degradation says so.</summary>
    public DegradationRecipe Photograph { get; init; } = new();

    /// <summary>
    /// Decoded photographs are kept in memory up to so many megabytes (of 2^20 bytes), and beyond decoded anew each time. Default: 2,048.
    /// </summary>
    [Range(0, 1_000_000)]
    public int CacheMegabytes { get; init; } = 2_048;
}

/// <summary>How low-resolution pictures to learn from come to be.</summary>
public enum LowResolution
{
    /// <summary>By the published protocol's bicubic reduction.</summary>
    Bicubic,

    /// <summary>Blurred, resized, noisy, saved as JPEG, perhaps twice.</summary>
    Photograph,
}
