using Mezzotint.Data;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>
/// The features that a network sees in images: those of one layer, the mean over pixels where it still has pixels. Images go through it
/// some at a time, so that many need no more memory than few.
/// </summary>
/// <param name="network">The network, trained.</param>
/// <param name="layer">The layer's name.</param>
/// <param name="device">Where it runs.</param>
public sealed class FeatureExtraction(IFeatureNetwork network, string layer, Device device)
{
    private const int Batch = 50;

    /// <summary>The network.</summary>
    public IFeatureNetwork Network => network;

    /// <summary>The layer's name.</summary>
    public string Layer => layer;

    /// <summary>The statistics of the first images of a set.</summary>
    /// <param name="images">The set; grey images are given to a network of colours as equal red, green and blue.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="EvaluationException">There are fewer images, or they have colours and the network takes grey.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureStatistics Statistics(IImageSet images, int count, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        FeatureStatistics? statistics = null;
        Read(images, count, (features, size) => (statistics ??= new FeatureStatistics(size)).Add(features), progress, cancellation);
        return statistics!;
    }

    /// <summary>The features themselves of the first images of a set; see <see cref="Statistics"/>.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="EvaluationException">There are fewer images, or they have colours and the network takes grey.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureRows Rows(IImageSet images, int count, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        FeatureRows? rows = null;
        Read(images, count, (features, size) => (rows ??= new FeatureRows(size)).Add(features), progress, cancellation);
        return rows!;
    }

    private void Read(IImageSet images, int count, Action<float[], int> add, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (count > images.Count) throw new EvaluationException($"{count:N0} images are asked for, and there are {images.Count:N0}; give --count {images.Count} or less.");
        if (images.Channels != network.Channels && images.Channels != 1)
            throw new EvaluationException($"The images have {images.Channels} channels, and the network takes {network.Channels}; make them grey first.");
        for (int first = 0; first < count; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int now = Math.Min(Batch, count - first);
            float[] features = Features(images, first, now);
            add(features, features.Length / now);
            progress?.Report((double)(first + now) / count);
        }
    }

    private float[] Features(IImageSet images, int first, int count)
    {
        int size = images.Height * images.Width * images.Channels;
        float[] samples = new float[count * size];
        for (int i = 0; i < count; i++) images.Read(first + i, samples.AsSpan(i * size, size));
        var feed = new Feed("images", [count, images.Height, images.Width, images.Channels]);
        Tensor colours = feed.Tensor.BroadcastTo([count, images.Height, images.Width, network.Channels]);
        Tensor features = network.Features(colours, layer)[0];
        if (features.Shape.Rank == 4) features = features.Mean(1, 2);
        return device.Evaluate(features, new Bindings().Set(feed, samples));
    }
}
