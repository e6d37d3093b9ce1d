using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// The style's part of adaptive instance normalisation (AdaIN; Huang and Belongie 2017): scales and shifts features N,H,W,C, which an
/// instance norm has normalised, by numbers that a dense layer makes of a style vector. At first, with a style of zero, it changes nothing.
/// </summary>
public sealed class StyleModulation : Module
{
    private readonly Linear _layer;
    private readonly int _channels;

    /// <summary>A modulation.</summary>
    /// <param name="name">The path.</param>
    /// <param name="style">Elements of the style vector.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="initialization">Where first values come from.</param>
    public StyleModulation(string name, int style, int channels, Initialization initialization)
        : base(name)
    {
        _channels = channels;
        _layer = Add(new Linear(PathOf("affine"), style, 2 * channels, initialization));
    }

    /// <summary>Writes the modulation.</summary>
    /// <param name="features">N,H,W,C, normalised.</param>
    /// <param name="style">[N, elements of the style].</param>
    /// <param name="pass">The pass.</param>
    public Tensor Modulate(Tensor features, Tensor style, Pass pass)
    {
        using var _ = Scope.Enter(Name[(Name.LastIndexOf('.') + 1)..]);
        Tensor both = _layer.Apply(style, pass);
        int count = both.Shape[0];
        Tensor scale = both.Slice(1, 0, _channels).Reshape([count, 1, 1, _channels]);
        Tensor shift = both.Slice(1, _channels, _channels).Reshape([count, 1, 1, _channels]);
        return features * (1 + scale) + shift;
    }

    /// <summary>Features without a style pass as they are.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => input;
}
