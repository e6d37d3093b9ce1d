using System.Globalization;
using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint;

/// <summary>
/// What a generator makes of seeds in a row, as images to judge: the pictures that <see cref="Generator"/> gives, of 8 bits, each a
/// function of its seed alone. They are made some at a time as they are read, so that many need no more memory than few.
/// </summary>
public sealed class GeneratedImages : IImageSet
{
    private const int BlockImages = 64;

    private readonly Generator _generator;
    private readonly ulong _firstSeed;
    private readonly double? _truncation;
    private readonly Lock _lock = new();
    private float[][] _block = [];
    private int _blockStart;

    /// <summary>Images of a generator; where it has classes, each is of the class that its seed falls on.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstSeed">The first one's seed.</param>
    /// <param name="truncation">The largest size of a latent number; null for none.</param>
    public GeneratedImages(Generator generator, int count, ulong firstSeed = 0, double? truncation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_generator, Count, _firstSeed, _truncation) = (generator, count, firstSeed, truncation);
        Picture one = generator.Generate(firstSeed, null, truncation);
        Channels = one.Channels;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width => _generator.Width;

    /// <inheritdoc/>
    public int Height => _generator.Height;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _generator.Classes;

    /// <inheritdoc/>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{_generator.WeightsHash} seeds {_firstSeed}+{Count} truncation {_truncation}");

    /// <inheritdoc/>
    public void Read(int index, Span<float> samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        lock (_lock)
        {
            if (index < _blockStart || index >= _blockStart + _block.Length) Make(index / BlockImages * BlockImages);
            _block[index - _blockStart].CopyTo(samples);
        }
    }

    /// <inheritdoc/>
    public int ClassOf(int index) => Classes.Count == 0 ? 0 : (int)((_firstSeed + (ulong)index) % (ulong)Classes.Count);

    private void Make(int start)
    {
        SampleRequest[] requests =
        [
            .. Enumerable.Range(start, Math.Min(BlockImages, Count - start))
                .Select(i => new SampleRequest(_firstSeed + (ulong)i) { Truncation = _truncation }),
        ];
        _block = [.. _generator.Generate(requests).Select(picture => picture.ToFloats())];
        _blockStart = start;
    }
}
