using Mezzotint.Data;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Vae;

/// <summary>What a variational autoencoder scores on images, in nats an image; lower is better.</summary>
/// <param name="Protocol">How they were scored.</param>
/// <param name="Images">How many.</param>
/// <param name="Reconstruction">The mean of the negative log-likelihood given a latent sample.</param>
/// <param name="Divergence">The mean Kullback-Leibler divergence from the prior.</param>
/// <param name="ImportanceWeighted">The mean of the negative importance-weighted bound; null where it was not asked for.</param>
public sealed record VaeScores(VaeProtocol Protocol, int Images, double Reconstruction, double Divergence, double? ImportanceWeighted)
{
    private const int Batch = 100;
    private const int MostDecoded = 1 << 20;

    /// <summary>The negative of the evidence's lower bound: reconstruction and divergence together.</summary>
    public double NegativeElbo => Reconstruction + Divergence;

    /// <summary>Scores a network on all images of a set.</summary>
    /// <param name="network">The network.</param>
    /// <param name="set">Images of its size and channels.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="protocol">How.</param>
    /// <param name="most">Only so many images, the first; null for all.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="TrainingDataException">The images are not of the network's size.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static VaeScores Of(
        VariationalAutoencoder network, IImageSet set, Device device, VaeProtocol protocol, int? most = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if ((set.Width, set.Height, set.Channels) != (network.Width, network.Height, network.Channels))
        {
            throw new TrainingDataException($"The images are {set.Width}x{set.Height} with {set.Channels} channels, and the network's "
                + $"{network.Width}x{network.Height} with {network.Channels}.");
        }

        int length = set.Width * set.Height * set.Channels, samples = protocol.ImportanceSamples;
        int all = Math.Min(set.Count, most ?? set.Count);
        double share = samples == 0 ? 1 : 1.0 / (1 + samples);
        double[] sums = Sum(Batch, 2, (images, pass) =>
        {
            EvidenceBound bound = EvidenceBound.Of(network, images, pass);
            return [bound.Reconstruction, bound.Divergence];
        }, done => progress?.Report(share * done));
        double? weighted = samples == 0 ? null : -Sum(
            Math.Clamp(MostDecoded / (samples * length), 1, Batch), 1,
            (images, pass) => [EvidenceBound.ImportanceWeighted(network, images, samples, pass)],
            done => progress?.Report(share + (1 - share) * done))[0] / all;
        return new VaeScores(protocol, all, -sums[0] / all, sums[1] / all, weighted);

        double[] Sum(int batch, int outputs, Func<Tensor, Pass, IReadOnlyList<Tensor>> write, Action<double> report)
        {
            batch = Math.Min(batch, all);
            var feed = new Feed("images", [batch, set.Height, set.Width, set.Channels]);
            var key = new Feed("key", [3], ElementType.Int32);
            Plan plan = device.Plan(new Step(write(feed, new Pass(random: new RandomStream(key)))));
            var images = new float[batch * length];
            var sums = new double[outputs];
            for (int first = 0; first < all; first += batch)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(batch, all - first);
                for (int i = 0; i < count; i++)
                {
                    Span<float> image = images.AsSpan(i * length, length);
                    set.Read(first + i, image);
                    if (protocol.Binarized) Binarisation.Draw(image, VaeProtocol.Seed, first + i);
                }

                RunResult result = plan.Run(new Bindings().Set(feed, images).Set(key, RandomStream.Key(VaeProtocol.Seed, first)));
                for (int output = 0; output < outputs; output++)
                    for (int i = 0; i < count; i++) sums[output] += result[output][i];
                report((double)(first + count) / all);
            }

            return sums;
        }
    }
}
