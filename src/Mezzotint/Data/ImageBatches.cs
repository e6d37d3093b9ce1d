namespace Mezzotint.Data;

/// <summary>Batches of a set's images, one after the other, drawn ahead of the steps that take them.</summary>
/// <remarks>Not for use by several threads at once.</remarks>
/// <param name="set">The images.</param>
/// <param name="flips">Whether half of them are mirrored left to right.</param>
/// <param name="seed">The seed.</param>
/// <param name="count">Images of a batch.</param>
/// <param name="range">The range of their samples.</param>
public sealed class ImageBatches(IImageSet set, bool flips, ulong seed, int count, SampleRange range) : IDisposable
{
    private Prefetch<ImageBatch>? _ahead;

    /// <summary>Begins, or begins anew, at a sample.</summary>
    /// <param name="cursor">How many samples were drawn before.</param>
    public void Begin(long cursor)
    {
        Dispose();
        var sampler = new ImageSampler(set, flips, seed);
        _ahead = new Prefetch<ImageBatch>(() => sampler.Room(count, range), (batch, number) => sampler.Fill(cursor + number * count, batch));
    }

    /// <summary>The next batch; it is overwritten when the one after it is asked for.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">It did not begin.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDataException">Too many of the files turn out broken.</exception>
    public ImageBatch Next(CancellationToken cancellation) =>
        (_ahead ?? throw new InvalidOperationException("Batches begin before they are taken.")).Next(cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ahead?.Dispose();
        _ahead = null;
    }
}
