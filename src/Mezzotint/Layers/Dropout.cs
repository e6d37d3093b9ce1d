using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// Dropout (Srivastava et al., 2014): in training each element is set to zero with a probability, and the others are scaled so that the
/// mean stays; otherwise nothing happens.
/// </summary>
public sealed class Dropout : Module
{
    private readonly float _probability;

    /// <summary>Dropout.</summary>
    /// <param name="name">The path.</param>
    /// <param name="probability">The share of elements that is dropped, from 0 to below 1.</param>
    public Dropout(string name, double probability = 0.5)
        : base(name)
    {
        if (probability is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The share that dropout drops is from 0 to below 1.");
        _probability = (float)probability;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) =>
        pass.Training && _probability > 0
            ? input * (Tensor.LessOrEqual(_probability, pass.Random.Uniform(input.Shape)) * (1 / (1 - _probability)))
            : input;
}
