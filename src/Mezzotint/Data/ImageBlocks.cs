namespace Mezzotint.Data;

/// <summary>
/// Images of as many bytes each, one behind the other in blocks of about a megabyte: small ones take no more memory than their samples, and
/// room is made as they come.
/// </summary>
/// <param name="imageBytes">Bytes of an image.</param>
internal sealed class ImageBlocks(int imageBytes)
{
    private const int BlockBytes = 1 << 20;

    private readonly int _inBlock = Math.Max(1, BlockBytes / imageBytes);
    private readonly List<byte[]> _blocks = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>An image's samples.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<byte> this[int index] => _blocks[index / _inBlock].AsSpan(index % _inBlock * imageBytes, imageBytes);

    /// <summary>Adds an image.</summary>
    /// <param name="samples">Its samples, which are copied.</param>
    public void Add(ReadOnlySpan<byte> samples)
    {
        if (Count % _inBlock == 0) _blocks.Add(new byte[_inBlock * imageBytes]);
        samples.CopyTo(_blocks[^1].AsSpan(Count % _inBlock * imageBytes, imageBytes));
        Count++;
    }
}
