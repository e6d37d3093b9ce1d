using System.Globalization;
using Mezzotint.Networks;

namespace Mezzotint.Families.Vae;

/// <summary>How a variational autoencoder is scored. Nats on grey values and on binarised digits are not to be compared.</summary>
/// <param name="Likelihood">What the decoder's output says of each sample.</param>
/// <param name="Binarized">Whether each sample of the images is made 0 or 1, with its grey as the chance of 1, once and for all by a fixed
/// seed.</param>
/// <param name="ImportanceSamples">Latent vectors an image for the importance-weighted bound; 0 to leave it out.</param>
public sealed record VaeProtocol(Likelihood Likelihood, bool Binarized = false, int ImportanceSamples = 0)
{
    /// <summary>The seed of latent samples and of binarisation.</summary>
    public const ulong Seed = 0;

    /// <summary>The protocol in words, as results are stamped with it.</summary>
    public string Description =>
        "nats an image, mean over the images; "
        + (Likelihood == Likelihood.Gaussian ? "Gaussian density of samples in [0,1] with the learned deviation"
            : Binarized ? "Bernoulli; each sample binarised once, with its grey as the chance of 1"
            : "Bernoulli cross-entropy on grey values in [0,1] (no normalised likelihood)")
        + "; reconstruction by one latent sample an image, KL in closed form"
        + (ImportanceSamples == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; importance-weighted bound with k = {ImportanceSamples}"))
        + string.Create(CultureInfo.InvariantCulture, $"; seed {Seed}");

    /// <summary>The description.</summary>
    public override string ToString() => Description;
}
