using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// Instance normalisation (Ulyanov et al., 2016): each channel of each image N,H,W,C to mean 0 and (biased) variance 1 over its pixels, in
/// training and evaluation alike.
/// </summary>
public sealed class InstanceNorm : Module
{
    private const float Epsilon = 1e-5f;

    private readonly Variable? _scale;
    private readonly Variable? _shift;

    /// <summary>A normalisation, with a scale and a shift for each channel if it is affine.</summary>
    /// <param name="name">The path.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="affine">Whether there are a scale, 1 at first, and a shift, 0 at first.</param>
    public InstanceNorm(string name, int channels, bool affine = false)
        : base(name)
    {
        if (!affine) return;
        Shape shape = [channels];
        _scale = Parameter("weight", shape, Initialization.Constant(shape, 1));
        _shift = Parameter("bias", shape, new float[channels]);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        (Tensor mean, Tensor variance) = input.Moments(1, 2);
        Tensor centred = input - mean, inverse = (variance + Epsilon).Sqrt().Reciprocal();
        return _scale is null ? centred * inverse : centred * (pass.Read(_scale) * inverse) + pass.Read(_shift!);
    }
}
