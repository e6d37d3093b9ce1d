using Mezzotint.Layers;
using Mezzotint.Objectives;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014, "Auto-Encoding Variational Bayes"): an encoder that gives the mean and the
/// log-variance of a normal distribution over latent vectors, and a decoder that gives a distribution over images. Images are N,H,W,C in
/// [0, 1].
/// </summary>
public sealed class VariationalAutoencoder : Module, IImageGenerator
{
    // Images in [0,1] deviate by about so much from their mean: where the learned deviation begins.
    private const double FirstDeviation = 0.3;

    private readonly VaeDescription _description;
    private readonly Module _encoder, _decoder;
    private readonly Linear _mean, _logVariance;
    private readonly Variable? _logDeviation;

    /// <summary>A network with first values by He's rule.</summary>
    internal VariationalAutoencoder(VaeDescription description, Initialization initialization)
        : base("")
    {
        _description = description;
        (int size, int channels, IReadOnlyList<int> widths) = (description.Size, description.ImageChannels, description.Widths);
        bool dense = description.Coders == VaeKind.Dense;
        int side = ConvolutionalEncoder.Sides(size, widths.Count)[^1], samples = size * size * channels;
        int features = widths.Count == 0 ? samples : widths[^1] * (dense ? 1 : side * side);
        _encoder = Add<Module>(dense
            ? new DenseEncoder("encoder", samples, widths, initialization)
            : new ConvolutionalEncoder("encoder", channels, widths, description.Norm, initialization));
        _mean = Add(new Linear("encoder.mean", features, Latent, initialization));
        _logVariance = Add(new Linear("encoder.log_variance", features, Latent, initialization));
        _decoder = Add<Module>(dense
            ? new DenseDecoder("decoder", size, channels, Latent, widths, initialization)
            : new ConvolutionalDecoder("decoder", size, channels, Latent, widths, description.Norm, initialization));
        if (description.Likelihood == Likelihood.Gaussian)
            _logDeviation = Parameter("decoder.log_deviation", [], [(float)Math.Log(FirstDeviation)]);
    }

    /// <inheritdoc/>
    public int Latent => _description.Latent;

    /// <inheritdoc/>
    public int Width => _description.Size;

    /// <inheritdoc/>
    public int Height => _description.Size;

    /// <inheritdoc/>
    public int Channels => _description.ImageChannels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => [];

    /// <summary>What the decoder's output says of each sample.</summary>
    public Likelihood Likelihood => _description.Likelihood;

    /// <summary>The distribution over latent vectors that the encoder gives for images.</summary>
    /// <param name="images">N,H,W,C in [0, 1].</param>
    /// <param name="pass">The pass.</param>
    /// <returns>Means and natural logarithms of variances, both [N, <see cref="Latent"/>].</returns>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor images, Pass pass)
    {
        Tensor features = _encoder.Apply(images, pass);
        return (_mean.Apply(features, pass), _logVariance.Apply(features, pass));
    }

    /// <summary>The decoder's output: log-odds, or means.</summary>
    /// <param name="latent">[N, <see cref="Latent"/>].</param>
    /// <param name="pass">The pass.</param>
    /// <returns>N,H,W,C.</returns>
    public Tensor Decode(Tensor latent, Pass pass) => _decoder.Apply(latent, pass);

    /// <summary>The logarithm of the probability, or density, of each sample of images under the decoder's output, in nats.</summary>
    /// <param name="images">In [0, 1].</param>
    /// <param name="decoded">What <see cref="Decode"/> gave, in a shape that broadcasts with the images.</param>
    /// <param name="pass">The pass.</param>
    public Tensor LogLikelihood(Tensor images, Tensor decoded, Pass pass) => _logDeviation is null
        ? LogDensity.Bernoulli(images, decoded)
        : LogDensity.Normal(images, decoded, 2 * pass.Read(_logDeviation));

    /// <inheritdoc/>
    public Tensor Generate(Tensor latent, Tensor? classes, Pass pass)
    {
        Tensor decoded = Decode(latent, pass);
        return Likelihood == Likelihood.Bernoulli ? decoded.Sigmoid() : Tensor.Min(1, decoded.Relu());
    }

    /// <summary>The images' reconstructions from the means of their latent vectors.</summary>
    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Generate(Encode(input, pass).Mean, null, pass);
}
