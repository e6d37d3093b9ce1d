using System.ComponentModel.DataAnnotations;
using Mezzotint.Networks;

namespace Mezzotint.Families.Translation;

/// <summary>Which generator, and how large.</summary>
public sealed record TranslationNetworkRecipe
{
    /// <summary>The generator: unet, global or enhanced. Default: unet.</summary>
    public TranslationGenerator Kind { get; init; } = TranslationGenerator.Unet;

    /// <summary>Its channels at full size; published are 64 for unet and global, and 32 for enhanced. Default: 64.</summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 64;

    /// <summary>Its layers of stride 2; published are 8 for unet (256 pixels) and 4 for the others; 0 for these. Default: 0.</summary>
    [Range(0, 16)]
    public int Depth { get; init; }

    /// <summary>Residual blocks of the global generator. Default: 9.</summary>
    [Range(1, 1_024)]
    public int Blocks { get; init; } = 9;

    /// <summary>Residual blocks of the local enhancer. Default: 3.</summary>
    [Range(1, 1_024)]
    public int LocalBlocks { get; init; } = 3;

    /// <summary>The share that dropout drops in the unet's three innermost layers. Default: 0.5.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>For enhanced: over so many first steps the global generator stays as it is. Default: 0.</summary>
    [Range(0, 100_000_000)]
    public int FixedSteps { get; init; }

    /// <summary>How style is carried.</summary>
    public TranslationStyleRecipe Style { get; init; } = new();

    /// <summary>The depth, or that published.</summary>
    internal int ChosenDepth => Depth > 0 ? Depth : Kind == TranslationGenerator.Unet ? 8 : 4;
}

/// <summary>How a generator carries style.</summary>
public sealed record TranslationStyleRecipe
{
    /// <summary>none; instances, features averaged over each instance, beside the input; or adain, a vector. Default: none.</summary>
    public StyleKind Kind { get; init; }

    /// <summary>Features of an instance (3 as published), or elements of the vector. Default: 3.</summary>
    [Range(1, 4_096)]
    public int Size { get; init; } = 3;

    /// <summary>Channels after the encoder's first layer. Default: 16.</summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 16;

    /// <summary>For instances: how many styles of each class are kept, to draw from where none is given. Default: 10.</summary>
    [Range(1, 4_096)]
    public int Clusters { get; init; } = 10;
}
