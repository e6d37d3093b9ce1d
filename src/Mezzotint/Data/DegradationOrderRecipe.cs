using System.ComponentModel.DataAnnotations;
using Mezzotint.Recipes;

namespace Mezzotint.Data;

/// <summary>
/// What one saving of a photograph does to it: blur, noise, JPEG, each with the share of pictures that suffer it and the range that its
/// strength is drawn from, uniformly. A range is two numbers, the smaller first.
/// </summary>
public sealed record DegradationOrderRecipe : ICheckedRecipe
{
    /// <summary>The share of pictures that are blurred. Default: 0.5.</summary>
    [Range(0.0, 1.0)]
    public double BlurShare { get; init; } = 0.5;

    /// <summary>The blur's standard deviation, in pixels of the low-resolution picture. Default: 0.2 to 0.7.</summary>
    [Range(0.0, 2.0)]
    public IReadOnlyList<double> Blur { get; init; } = [0.2, 0.7];

    /// <summary>The share of blurs that are stronger one way than the other, at any angle. Default: 0.4.</summary>
    [Range(0.0, 1.0)]
    public double AnisotropicShare { get; init; } = 0.4;

    /// <summary>The share of pictures that noise is added to. Default: 0.4.</summary>
    [Range(0.0, 1.0)]
    public double NoiseShare { get; init; } = 0.4;

    /// <summary>The noise's standard deviation, in steps of 8 bits. Default: 1 to 8.</summary>
    [Range(0.0, 100.0)]
    public IReadOnlyList<double> Noise { get; init; } = [1, 8];

    /// <summary>
    /// The share of noises that grow with the square root of the brightness, as photons' do, to the drawn deviation at white. Default: 0.5.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ShotShare { get; init; } = 0.5;

    /// <summary>The share of noises that are the same in red, green and blue. Default: 0.4.</summary>
    [Range(0.0, 1.0)]
    public double GreyShare { get; init; } = 0.4;

    /// <summary>The share of pictures that are saved as JPEG. Default: 0.7.</summary>
    [Range(0.0, 1.0)]
    public double JpegShare { get; init; } = 0.7;

    /// <summary>The JPEG's quality; below 90 colour is kept at half the resolution. Default: 60 to 95.</summary>
    [Range(1.0, 100.0)]
    public IReadOnlyList<double> JpegQuality { get; init; } = [60, 95];

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems() =>
        from range in new[] { ("blur", Blur), ("noise", Noise), ("jpegQuality", JpegQuality) }
        where !IsRange(range.Item2)
        select (range.Item1, RangeProblem);

    internal const string RangeProblem = "is no range; a range is two numbers, the smaller first, as in [1, 8]";

    internal static bool IsRange(IReadOnlyList<double> range) => range.Count == 2 && range[0] <= range[1];
}
