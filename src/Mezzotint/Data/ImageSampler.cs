namespace Mezzotint.Data;

/// <summary>
/// Draws images of a set. An epoch takes every image once, in an order of its own; which image a sample is and whether it is mirrored
/// depends on the seed and the sample's number alone. So the whole state is a cursor: from the same cursor come the same images.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
/// <param name="set">The images.</param>
/// <param name="flips">Whether half of them are mirrored left to right.</param>
/// <param name="seed">The seed.</param>
public sealed class ImageSampler(IImageSet set, bool flips, ulong seed)
{
    private const ulong OrderPurpose = 11, FlipPurpose = 12;

    private readonly EpochOrder _order = new(set.Count, seed, OrderPurpose);

    /// <summary>How many samples an epoch has: one of each image.</summary>
    public int EpochSamples => set.Count;

    /// <summary>Room for so many of the set's images.</summary>
    public ImageBatch Room(int count, SampleRange range = SampleRange.Unit) => new(count, set.Width, set.Height, set.Channels, range);

    /// <summary>Which image a sample is, and whether it is mirrored.</summary>
    /// <param name="sample">The sample's number, from 0.</param>
    public (int Index, bool Mirrored) Choose(long sample) =>
        (_order[sample], flips && CounterRandom.Below(2, seed, FlipPurpose, (ulong)sample) == 1);

    /// <summary>Fills a batch with the samples from a cursor on.</summary>
    /// <param name="cursor">Samples drawn before; the next cursor is this plus the batch's count.</param>
    /// <param name="batch">Receives them.</param>
    /// <exception cref="ArgumentException">The batch is for other images.</exception>
    /// <exception cref="TrainingDataException">Too many of the files turn out broken.</exception>
    public void Fill(long cursor, ImageBatch batch)
    {
        if ((batch.Width, batch.Height, batch.Channels) != (set.Width, set.Height, set.Channels))
        {
            throw new ArgumentException($"The batch is for images of {batch.Width}x{batch.Height}x{batch.Channels}, and the set's are of "
                + $"{set.Width}x{set.Height}x{set.Channels}.", nameof(batch));
        }

        int length = batch.Samples.Length / batch.Count, row = batch.Width * batch.Channels;
        for (int i = 0; i < batch.Count; i++)
        {
            (int index, bool mirrored) = Choose(cursor + i);
            Span<float> samples = batch.Samples.AsSpan(i * length, length);
            set.Read(index, samples);
            batch.Classes[i] = set.ClassOf(index);
            for (int at = 0; mirrored && at < length; at += row) Mirror(samples.Slice(at, row), batch.Channels);
            if (batch.Range == SampleRange.Unit) continue;
            foreach (ref float sample in samples) sample = 2 * sample - 1;
        }
    }

    private static void Mirror(Span<float> row, int channels)
    {
        row.Reverse();
        if (channels == 1) return;
        for (int at = 0; at < row.Length; at += channels) row.Slice(at, channels).Reverse();
    }
}
