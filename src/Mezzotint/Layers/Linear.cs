using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>A dense layer: rows [N, in] times weights [in, out], and a bias.</summary>
public sealed class Linear : Module
{
    private readonly Variable _weight;
    private readonly Variable? _bias;

    /// <summary>A dense layer whose bias is zero at first.</summary>
    /// <param name="name">The path.</param>
    /// <param name="inputs">Elements of a row.</param>
    /// <param name="outputs">Elements of a row of the result.</param>
    /// <param name="initialization">Where the weights' first values come from.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public Linear(string name, int inputs, int outputs, Initialization initialization, bool bias = true)
        : base(name)
    {
        Shape shape = [inputs, outputs];
        _weight = Parameter("weight", shape, initialization.Weights(PathOf("weight"), shape, inputs));
        if (bias) _bias = Parameter("bias", [outputs], new float[outputs]);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor result = input.MatMul(pass.Read(_weight));
        return _bias is null ? result : result + pass.Read(_bias);
    }
}
