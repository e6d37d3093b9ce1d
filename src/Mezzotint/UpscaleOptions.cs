namespace Mezzotint;

/// <summary>How much of a picture is computed at a time. No option changes a bit of the result.</summary>
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
}
