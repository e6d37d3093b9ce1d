using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>A dense layer: rows [N, in] times weights [in, out], and a bias.</summary>
public sealed class Linear : Module
{
    private readonly Variable _weight;
    private readonly Variable? _bias;
    private readonly SpectralNorm? _spectral;

    /// <summary>A dense layer whose bias is zero at first.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inputs">Elements of a row.</param>
    /// <param name="outputs">Elements of a row of the result.</param>
    /// <param name="initialization">Where the weights' first values come from.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="spectral">Whether the weights are divided by their largest singular value.</param>
    public Linear(string name, int inputs, int outputs, Initialization initialization, bool bias = true, bool spectral = false)
        : base(name)
    {
        Shape shape = [inputs, outputs];
        _weight = Parameter("weight", shape, initialization.Weights(PathOf("weight"), shape, inputs));
        if (bias) _bias = Parameter("bias", [outputs], new float[outputs]);
        if (spectral) _spectral = Add(new SpectralNorm(PathOf("spectral"), outputs, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor weight = pass.Read(_weight);
        Tensor result = input.MatMul(_spectral?.Apply(weight, pass) ?? weight);
        return _bias is null ? result : result + pass.Read(_bias);
    }
}
