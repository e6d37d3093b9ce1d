using System.Globalization;

namespace Mezzotint.Evaluation;

/// <summary>How it is measured what generated images are worth to a classifier.</summary>
/// <param name="PerClass">Real images of each class that the classifier learns from.</param>
/// <param name="GeneratedPerClass">Generated images of each class that are added.</param>
public sealed record AugmentationProtocol(int PerClass, int GeneratedPerClass)
{
    /// <summary>How often everything is trained, each time from another seed.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Steps of each training.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Images in a step; of two kinds, half of each.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Whether each run draws other real images; else all take the first of each class, which a generator may have been trained on alone.
    /// </summary>
    public bool Drawn { get; init; }

    /// <summary>The protocol in words.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"{PerClass} real images a class, {(Drawn ? "drawn anew in each run" : "the first")}; {GeneratedPerClass} generated a class; "
        + $"two convolutions and two dense layers; Adam 0.001, {Steps} steps of {Batch} images (of two kinds half of each); {Runs} runs");
}
