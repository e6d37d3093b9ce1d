using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.Gan;

/// <summary>
/// The Frechet distance (Heusel et al. 2017) between what a generator makes and images that are not trained on, as a training's score: the
/// model that scores best is kept.
/// </summary>
public sealed record FrechetRecipe
{
    /// <summary>The file of the network whose features are compared; nothing for no score. Default: nothing.</summary>
    public string? Network { get; init; }

    /// <summary>Which of its features; nothing for the deepest before the logits. Default: nothing.</summary>
    public string? Layer { get; init; }

    /// <summary>How many images are generated, and compared with as many true ones, as far as there are. Default: 2,000.</summary>
    [Range(2, 1_000_000)]
    public int Images { get; init; } = 2_000;
}
