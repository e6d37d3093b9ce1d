using Mezzotint.Data;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>A variational autoencoder in use: pictures to latent vectors and back.</summary>
/// <param name="network">The network.</param>
/// <param name="device">Where it runs; it stays the caller's.</param>
public sealed class Autoencoder(VariationalAutoencoder network, Device device)
{
    /// <summary>The network.</summary>
    public VariationalAutoencoder Network => network;

    /// <summary>An autoencoder of a model.</summary>
    /// <param name="model">A model's name or path, or a run's folder.</param>
    /// <param name="device">Where it runs; it stays the caller's.</param>
    /// <exception cref="WeightsException">There is no such model, or it is no autoencoder.</exception>
    public static Autoencoder Load(string model, Device device)
    {
        string path = ModelLibrary.Find(model);
        return ModelFile.Read(path) is VariationalAutoencoder network
            ? new Autoencoder(network, device)
            : throw new WeightsException($"'{model}' is no autoencoder but a {ModelFile.Describe(path).Kind} network.");
    }

    /// <summary>
    /// A picture as the network takes it: its shorter side resized to the network's size and the middle cut out, in its channels.
    /// </summary>
    public Picture Fit(Picture picture)
    {
        var frame = new ImageFrame(network.Width, network.Height, network.Channels, ImageFit.Crop);
        return Picture.FromSamples(frame.Bytes(picture), network.Width, network.Height, network.Channels);
    }

    /// <summary>The distribution over latent vectors of pictures.</summary>
    /// <param name="pictures">Pictures of any size; see <see cref="Fit"/>.</param>
    /// <returns>For each, the means and the natural logarithms of the variances.</returns>
    public IReadOnlyList<LatentCode> Encode(IReadOnlyList<Picture> pictures)
    {
        (Tensor mean, Tensor logVariance) = network.Encode(Images(Samples(pictures)), Pass.Inference);
        RunResult result = device.Run(new Step([mean, logVariance]));
        return [.. result[0].Chunk(network.Latent).Zip(result[1].Chunk(network.Latent), (means, variances) => new LatentCode(means, variances))];
    }

    /// <summary>The pictures of latent vectors.</summary>
    /// <param name="latents">Each of as many elements as the network's latent vectors have.</param>
    /// <exception cref="ArgumentException">One has others.</exception>
    public IReadOnlyList<Picture> Decode(IReadOnlyList<ReadOnlyMemory<float>> latents)
    {
        foreach (ReadOnlyMemory<float> latent in latents)
            if (latent.Length != network.Latent)
                throw new ArgumentException($"A latent vector has {network.Latent} elements, and {latent.Length} were given.", nameof(latents));
        float[] rows = [.. latents.SelectMany(latent => latent.ToArray())];
        return Pictures(device.Evaluate(network.Generate(Tensor.Of([latents.Count, network.Latent], rows), null, Pass.Inference)));
    }

    /// <summary>The pictures that the network makes of the means of pictures' latent vectors.</summary>
    /// <param name="pictures">Pictures of any size; see <see cref="Fit"/>.</param>
    public IReadOnlyList<Picture> Reconstruct(IReadOnlyList<Picture> pictures) => Pictures(Reconstruct(Samples(pictures)));

    /// <summary>The same of samples in [0, 1], N,H,W,C.</summary>
    internal float[] Reconstruct(float[] samples) => device.Evaluate(network.Apply(Images(samples), Pass.Inference));

    private Tensor Images(float[] samples)
    {
        int count = samples.Length / (network.Width * network.Height * network.Channels);
        return Tensor.Of([count, network.Height, network.Width, network.Channels], samples);
    }

    private float[] Samples(IReadOnlyList<Picture> pictures) => [.. pictures.SelectMany(picture => Fit(picture).ToFloats())];

    private Picture[] Pictures(float[] samples) =>
        [.. samples.Chunk(network.Width * network.Height * network.Channels)
            .Select(one => Picture.FromFloats(one, network.Width, network.Height, network.Channels))];
}

/// <summary>The normal distribution over latent vectors that an encoder gives for a picture; its elements are independent.</summary>
/// <param name="Mean">The means.</param>
/// <param name="LogVariance">The natural logarithms of the variances.</param>
public sealed record LatentCode(float[] Mean, float[] LogVariance);
