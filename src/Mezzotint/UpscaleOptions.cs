namespace Mezzotint;

/// <summary>How a picture is computed. But for <see cref="SelfEnsemble"/> no option changes a bit of the result.</summary>
public sealed record UpscaleOptions
{
    /// <summary>The options that hold when none are given: tiles of a size that computes fast.</summary>
    public static UpscaleOptions Default { get; } = new();

    /// <summary>
    /// The side of a tile in pixels of the input, from 1 up, rounded up to what the network's layers compute together; null for one that is
    /// chosen. What lies around a tile within the network's sight is computed with it and comes on top.
    /// </summary>
    public int? TileSide { get; init; }

    /// <summary>Compute the picture at once, in one tile.</summary>
    public bool Whole { get; init; }

    /// <summary>
    /// The bytes that a program that does nothing else should stay within; null for no bound but the machine's. Tiles become as small as
    /// that takes, and a picture for which no tile is small enough is refused.
    /// </summary>
    public long? Memory { get; init; }

    /// <summary>
    /// Gives the mean of what the network makes of the picture in its eight orientations, mirrored and turned, each turned back: errors that
    /// depend on how a detail lies cancel out (Timofte et al. 2016, "Seven ways to improve example-based single image super resolution";
    /// the self-ensemble of EDSR, elsewhere known as test-time augmentation). It takes eight times as long.
    /// </summary>
    public bool SelfEnsemble { get; init; }
}
