using Mezzotint.Data;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>The features that a network sees in images: those of one layer, the mean over pixels where it still has pixels.</summary>
/// <param name="network">The network, trained.</param>
/// <param name="layer">The layer's name.</param>
/// <param name="device">Where it runs.</param>
public sealed class FeatureExtraction(IFeatureNetwork network, string layer, Device device)
{
    private const int Batch = 50;

    /// <summary>The statistics of the first images of a set.</summary>
    /// <param name="images">The set; grey images are given to a network of colours as equal red, green and blue.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="EvaluationException">There are fewer images, or they have colours and the network takes grey.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureStatistics Statistics(IImageSet images, int count, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (count > images.Count) throw new EvaluationException($"{count:N0} images are asked for, and there are {images.Count:N0}; give --count {images.Count} or less.");
        if (images.Channels != network.Channels && images.Channels != 1)
            throw new EvaluationException($"The images have {images.Channels} channels, and the network takes {network.Channels}; make them grey first.");
        FeatureStatistics? statistics = null;
        for (int first = 0; first < count; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int now = Math.Min(Batch, count - first);
            float[] features = Features(images, first, now);
            (statistics ??= new FeatureStatistics(features.Length / now)).Add(features);
            progress?.Report((double)(first + now) / count);
        }

        return statistics!;
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
