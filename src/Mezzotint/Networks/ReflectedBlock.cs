using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The residual block of translation networks (Johnson et al. 2016): two 3x3 convolutions with instance norm, edges mirrored, ReLU between.
/// </summary>
internal sealed class ReflectedBlock : Module
{
    private readonly NormedConvolution _first, _second;
    private readonly StyleModulation? _firstStyle, _secondStyle;

    /// <summary>A block.</summary>
    /// <param name="name">The path.</param>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="style">Elements of the style vector that scales and shifts what the norms make (AdaIN); 0 for none.</param>
    public ReflectedBlock(string name, int channels, Initialization initialization, int style = 0)
        : base(name)
    {
        _first = Add(NormedConvolution.Of(PathOf("0"), channels, channels, 3, Normalization.Instance, initialization, padding: 0));
        _second = Add(NormedConvolution.Of(PathOf("1"), channels, channels, 3, Normalization.Instance, initialization, padding: 0));
        if (style == 0) return;
        _firstStyle = Add(new StyleModulation(PathOf("0.style"), style, channels, initialization));
        _secondStyle = Add(new StyleModulation(PathOf("1.style"), style, channels, initialization));
    }

    /// <summary>Writes the block's function.</summary>
    public Tensor Apply(Tensor input, Tensor? style, Pass pass)
    {
        using var _ = Scope.Enter(Name[(Name.LastIndexOf('.') + 1)..]);
        Tensor x = Styled(_first.Apply(input.ReflectPad(1), pass), _firstStyle, style, pass).Relu();
        return input + Styled(_second.Apply(x.ReflectPad(1), pass), _secondStyle, style, pass);
    }

    protected override Tensor Forward(Tensor input, Pass pass) => Apply(input, null, pass);

    private static Tensor Styled(Tensor features, StyleModulation? modulation, Tensor? style, Pass pass) =>
        modulation is null || style is null ? features : modulation.Modulate(features, style, pass);
}
