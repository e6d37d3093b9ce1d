using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Vae;

/// <summary>
/// The bound on the logarithm of images' probability that a variational autoencoder makes large (Kingma and Welling 2014, the second
/// estimator), in nats, image by image: its value is <see cref="Reconstruction"/> - <see cref="Divergence"/>.
/// </summary>
/// <param name="Reconstruction">[N]: the logarithm of each image's probability given one latent vector drawn from the encoder's
/// distribution.</param>
/// <param name="Divergence">[N]: the Kullback-Leibler divergence of that distribution from the prior, in closed form; at least 0.</param>
public sealed record EvidenceBound(Tensor Reconstruction, Tensor Divergence)
{
    /// <summary>The bound of images.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">N,H,W,C in [0, 1].</param>
    /// <param name="pass">The pass, with random numbers.</param>
    public static EvidenceBound Of(VariationalAutoencoder network, Tensor images, Pass pass)
    {
        (Tensor mean, Tensor logVariance) = network.Encode(images, pass);
        Tensor latent = mean + (0.5f * logVariance).Exp() * pass.Random.Normal(mean.Shape);
        Tensor likelihood = network.LogLikelihood(images, network.Decode(latent, pass), pass);
        return new EvidenceBound(
            likelihood.Sum(1, 2, 3).Reshape([images.Shape[0]]), KullbackLeibler.OfEachFromStandardNormal(mean, logVariance));
    }

    /// <summary>
    /// The importance-weighted bound (Burda, Grosse and Salakhutdinov 2016, "Importance Weighted Autoencoders"), which lies between the
    /// bound of one sample and the logarithm of the probability itself, and the closer to it the more samples there are.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="images">N,H,W,C in [0, 1].</param>
    /// <param name="samples">Latent vectors drawn for each image.</param>
    /// <param name="pass">The pass, with random numbers.</param>
    /// <returns>[N], in nats.</returns>
    public static Tensor ImportanceWeighted(VariationalAutoencoder network, Tensor images, int samples, Pass pass)
    {
        (Tensor mean, Tensor logVariance) = network.Encode(images, pass);
        int count = images.Shape[0], latent = network.Latent, elements = (int)(images.Shape.Count / count);
        Tensor noise = pass.Random.Normal([samples, count, latent]);
        Tensor drawn = mean + (0.5f * logVariance).Exp() * noise;
        Tensor decoded = network.Decode(drawn.Reshape([samples * count, latent]), pass).Reshape([samples, count, elements]);
        Tensor likelihood = network.LogLikelihood(images.Reshape([1, count, elements]), decoded, pass).Sum(2);

        // log p(z) - log q(z|x): the constants of both normal densities are the same.
        Tensor ratio = 0.5f * (noise.Square() + logVariance - drawn.Square()).Sum(2);
        Tensor weight = likelihood + ratio;
        Tensor largest = weight.MaxOver(0);
        return (largest + ((weight - largest).Exp().Sum(0) * (1f / samples)).Log()).Reshape([count]);
    }
}
