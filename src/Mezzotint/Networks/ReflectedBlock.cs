using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The residual block of translation networks (Johnson et al. 2016): two 3x3 convolutions with instance norm, edges mirrored, ReLU between.
/// </summary>
internal sealed class ReflectedBlock : Module
{
    private readonly NormedConvolution _first, _second;

    public ReflectedBlock(string name, int channels, Initialization initialization)
        : base(name)
    {
        _first = Add(NormedConvolution.Of(PathOf("0"), channels, channels, 3, Normalization.Instance, initialization, padding: 0));
        _second = Add(NormedConvolution.Of(PathOf("1"), channels, channels, 3, Normalization.Instance, initialization, padding: 0));
    }

    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _first.Apply(input.ReflectPad(1), pass).Relu();
        return input + _second.Apply(x.ReflectPad(1), pass);
    }
}
