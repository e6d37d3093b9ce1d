using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A generator of dense layers (Goodfellow et al. 2014 in the form that is customary for digits): a latent vector [N, latent] to images
/// N,H,W,C in (-1, 1), each layer but the last followed by LeakyReLU, those after the first with batch norm before it.
/// </summary>
/// <remarks>
/// A sigmoid, as some have it for images in [0, 1], is the hyperbolic tangent of half the argument for images in [-1, 1]: the same
/// function. Where there are classes, the latent vector is followed by 1 at the image's class and 0 elsewhere (Mirza and Osindero 2014).
/// </remarks>
public sealed class DenseGenerator : ConditionalGenerator
{
    private readonly float _slope;
    private readonly Linear[] _layers;
    private readonly BatchNorm?[] _norms;
    private readonly Linear _last;

    /// <summary>A generator.</summary>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="widths">Elements of each hidden layer.</param>
    /// <param name="outChannels">Channels of the image.</param>
    /// <param name="classes">The names of its classes; null for none.</param>
    /// <param name="norm">The norm after each but the first: batch norm, or none.</param>
    /// <param name="slope">What the rectifiers leave below zero.</param>
    public DenseGenerator(
        int size, Initialization initialization, int latent, IReadOnlyList<int> widths, int outChannels, IReadOnlyList<string>? classes = null,
        Normalization norm = Normalization.Batch, float slope = 0.2f)
        : base(latent, size, outChannels, classes)
    {
        if (norm is not (Normalization.Batch or Normalization.None)) throw new MezzotintException($"There is no dense generator with {norm} norm.");
        _slope = slope;
        int[] all = [Inputs, .. widths];
        _layers = [.. widths.Select((width, i) => Add(new Linear($"layers.{i}", all[i], width, initialization)))];
        _norms = [.. widths.Select((width, i) => i == 0 || norm == Normalization.None ? null : Add(new BatchNorm($"norms.{i}", width)))];
        _last = Add(new Linear("last", all[^1], size * size * outChannels, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].Apply(x, pass);
            x = (_norms[i]?.Apply(x, pass) ?? x).LeakyRelu(_slope);
        }

        return _last.Apply(x, pass).Tanh().Reshape([input.Shape[0], Height, Width, Channels]);
    }
}
