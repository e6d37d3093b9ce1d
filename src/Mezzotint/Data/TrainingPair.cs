namespace Mezzotint.Data;

/// <summary>A photograph and its low-resolution version, as bytes of red, green and blue, row by row.</summary>
/// <param name="Low">LowHeight x LowWidth x 3 bytes.</param>
/// <param name="High">The truth: Scale times as many rows and columns.</param>
/// <param name="LowWidth">Columns of the low-resolution version.</param>
/// <param name="LowHeight">Its rows.</param>
/// <param name="Scale">How many times larger, each way, the truth is.</param>
public sealed record TrainingPair(byte[] Low, byte[] High, int LowWidth, int LowHeight, int Scale)
{
    /// <summary>Channels of both.</summary>
    public const int Channels = 3;

    /// <summary>What both hold in memory.</summary>
    public long Bytes => Low.LongLength + High.LongLength;
}
