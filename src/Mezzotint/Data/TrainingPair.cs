using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>A photograph and its low-resolution version, of the same channels and depth.</summary>
/// <param name="Low">The low-resolution version.</param>
/// <param name="High">The truth: <paramref name="Scale"/> times as many rows and columns.</param>
/// <param name="Scale">How many times larger, each way, the truth is.</param>
public sealed record TrainingPair(Picture Low, Picture High, int Scale)
{
    /// <summary>Columns of the low-resolution version.</summary>
    public int LowWidth => Low.Width;

    /// <summary>Rows of the low-resolution version.</summary>
    public int LowHeight => Low.Height;

    /// <summary>What both hold in memory.</summary>
    public long Bytes => BytesOf(Low) + BytesOf(High);

    private static long BytesOf(Picture picture) => (long)picture.Width * picture.Height * picture.Channels * (picture.BitDepth / 8);
}
