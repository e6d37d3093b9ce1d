using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// Spectral normalisation (Miyato et al. 2018): weights divided by the largest singular value of the matrix they are, whose columns are
/// outputs, so that a layer stretches nothing. One step of the power method is made at each training pass, from a vector that is kept; the
/// vectors are taken as given where the quotient is differentiated, as published.
/// </summary>
public sealed class SpectralNorm : Module
{
    private const float Epsilon = 1e-12f;

    private readonly Variable _vector;

    /// <summary>The norm of weights whose last axis is outputs.</summary>
    /// <param name="name">The path.</param>
    /// <param name="outputs">Extent of the weights' last axis.</param>
    /// <param name="initialization">Where the vector's first value comes from.</param>
    public SpectralNorm(string name, int outputs, Initialization initialization)
        : base(name)
    {
        float[] first = initialization.Normal(PathOf("vector"), [outputs], 1);
        double length = Math.Sqrt(first.Sum(x => (double)x * x));
        _vector = Statistic("vector", [outputs], [.. first.Select(x => (float)(x / length))]);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        int outputs = _vector.Shape[0];
        Tensor matrix = input.Reshape(Shape.Create([(int)(input.Shape.Count / outputs), outputs])), given = matrix.Detach();
        Tensor right = pass.Read(_vector).Reshape([outputs, 1]);
        Tensor left = Unit(given.MatMul(right));
        if (pass.Training)
        {
            right = Unit(given.Transpose().MatMul(left));
            pass.Updates.Assign(_vector, right.Reshape([outputs]));
        }

        Tensor stretch = left.Detach().Transpose().MatMul(matrix).MatMul(right.Detach());
        return input / stretch.Reshape([]);
    }

    private static Tensor Unit(Tensor vector) => vector / (vector.Square().Sum() + Epsilon).Sqrt();
}
