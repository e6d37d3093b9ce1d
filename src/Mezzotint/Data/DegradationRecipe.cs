using System.ComponentModel.DataAnnotations;
using Mezzotint.Recipes;

namespace Mezzotint.Data;

/// <summary>
/// How photographs come to be small and poor: resized to an intermediate size and saved, resized again and saved again. The defaults are
/// moderate: phone photographs and pictures of the web.
/// </summary>
/// <remarks>The order of things is Real-ESRGAN's (Wang, Xie, Dong and Shan, 2021), its strengths are not.</remarks>
public sealed record DegradationRecipe : ICheckedRecipe
{
    /// <summary>The share of pictures that are reduced by plain bicubic, so that clean input stays clean. Default: 0.3.</summary>
    [Range(0.0, 1.0)]
    public double CleanShare { get; init; } = 0.3;

    /// <summary>
    /// The intermediate size, in sizes of the low-resolution picture; never above that of the truth. Default: 0.8 (so that the last
    /// resize enlarges) to 2.
    /// </summary>
    [Range(0.25, 4.0)]
    public IReadOnlyList<double> Size { get; init; } = [0.8, 2];

    /// <summary>What happens at the intermediate size.</summary>
    public DegradationOrderRecipe First { get; init; } = new();

    /// <summary>What happens at the low resolution.</summary>
    public DegradationOrderRecipe Second { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (!DegradationOrderRecipe.IsRange(Size)) yield return ("size", DegradationOrderRecipe.RangeProblem);
    }
}
