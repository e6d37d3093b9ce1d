namespace Mezzotint.Data;

/// <summary>Images that all lie in memory.</summary>
/// <param name="images">Each one's samples, in the frame.</param>
/// <param name="classes">Each one's class, or empty.</param>
/// <param name="frame">What they are like.</param>
/// <param name="names">The classes' names.</param>
/// <param name="fingerprint">The digest of the data.</param>
internal sealed class ImagesInMemory(
    ImageBlocks images, IReadOnlyList<byte> classes, ImageFrame frame, IReadOnlyList<string> names, string fingerprint) : IImageSet
{
    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public int Width => frame.Width;

    /// <inheritdoc/>
    public int Height => frame.Height;

    /// <inheritdoc/>
    public int Channels => frame.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => names;

    /// <inheritdoc/>
    public string Fingerprint => fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> Files { get; init; } = [];

    /// <inheritdoc/>
    public void Read(int index, Span<float> samples) => ByteSamples.ToUnit(images[index], samples);

    /// <inheritdoc/>
    public int ClassOf(int index) => classes.Count == 0 ? 0 : classes[index];
}
