using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// RMSprop (Tieleman and Hinton 2012): the gradient over the root of its running mean square, without momentum and without correction of
/// the mean's bias, as the first WGAN was trained.
/// </summary>
public sealed class RmsProp : IOptimizer
{
    private readonly OptimizerRecipe _recipe;
    private readonly Variable[] _parameters, _squares;
    private readonly Feed _rate;

    /// <summary>An optimizer whose mean squares begin at zero.</summary>
    /// <param name="name">A path for what it remembers.</param>
    /// <param name="parameters">What it moves.</param>
    /// <param name="recipe">Its settings.</param>
    public RmsProp(string name, IEnumerable<Variable> parameters, OptimizerRecipe recipe)
    {
        _recipe = recipe;
        _parameters = [.. parameters];
        _squares = [.. _parameters.Select(p => new Variable($"{name}.square.{p.Name}", p.Shape))];
        _rate = new Feed($"{name}.rate", []);
    }

    /// <inheritdoc/>
    public IEnumerable<Variable> Variables => _squares;

    /// <inheritdoc/>
    public Tensor Minimize(Tensor loss, Updates updates, int move = 0)
    {
        (Tensor[] gradients, Tensor norm) = ClippedGradients.Of(loss, [.. _parameters.Select(p => updates[p])], _recipe.ClipNorm);
        float decay = (float)_recipe.Decay;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor before = updates[_squares[i]], square = before + (1 - decay) * (gradients[i].Square() - before);
            updates.Assign(_squares[i], square);
            updates.Assign(_parameters[i], updates[_parameters[i]] - _rate * gradients[i] / (square.Sqrt() + (float)_recipe.Epsilon));
        }

        return norm;
    }

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, double learningRate) => bindings.Set(_rate, (float)learningRate);
}
