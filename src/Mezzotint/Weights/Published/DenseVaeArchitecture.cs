using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// The dense autoencoder of PyTorch's examples: <c>fc1</c>, <c>fc21</c> and <c>fc22</c> encode, <c>fc3</c> and <c>fc4</c> decode.
/// </summary>
internal sealed class DenseVaeArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "the dense variational autoencoder of PyTorch's examples";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = Describe(8, 4, 2);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("fc1.weight") is not [var width, var samples] || state.ShapeOf("fc21.weight") is not [var latent, _] || !state.Has("fc22.weight", latent, width)
            || !state.Has("fc4.weight", samples, width)) return null;
        int side = (int)Math.Sqrt(samples);
        return side * side == samples ? Describe(side, width, latent) : null;
    }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) =>
        network is VaeDescription { Coders: VaeKind.Dense, Widths.Count: 1, Likelihood: Likelihood.Bernoulli, ImageChannels: 1 };

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        int dot = variable.LastIndexOf('.');
        return variable[..dot] switch
        {
            "encoder.0" => "fc1",
            "encoder.mean" => "fc21",
            "encoder.log_variance" => "fc22",
            "decoder.0" => "fc3",
            _ => "fc4",
        } + variable[dot..];
    }

    private static VaeDescription Describe(int side, int width, int latent) =>
        new(side, 1, latent, [], VaeKind.Dense, [width], Normalization.None, Likelihood.Bernoulli);
}
