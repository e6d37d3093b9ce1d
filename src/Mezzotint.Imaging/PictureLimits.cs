namespace Mezzotint.Imaging;

/// <summary>What is refused on sight, from a file's header, before any pixel is decoded.</summary>
public sealed record PictureLimits
{
    /// <summary>The limits that hold when none are given: 500 million pixels.</summary>
    public static PictureLimits Default { get; } = new();

    /// <summary>
    /// Pixels (width times height) that a picture may have; 500 million unless set. A pixel of more than four channels counts as one
    /// for every four channels begun.
    /// </summary>
    public long MaximumPixels { get; init; } = 500_000_000;
}
