using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>A rectifier with a learned slope below zero (He et al., 2015).</summary>
public sealed class PRelu : Module
{
    private const float FirstSlope = 0.25f;
    private readonly Variable _slope;

    /// <summary>A rectifier with slope 0.25 below zero at first.</summary>
    /// <param name="name">The path.</param>
    /// <param name="slopes">One slope for all channels, or one for each.</param>
    public PRelu(string name, int slopes = 1)
        : base(name) => _slope = Parameter("weight", [slopes], Initialization.Constant([slopes], FirstSlope));

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Tensor.Max(0, input) + pass.Read(_slope) * Tensor.Min(input, 0);
}
