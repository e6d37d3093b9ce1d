using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) over a list of variables, with an optional limit on the gradients' common norm. Its moments are variables, so a
/// checkpoint holds them like weights; what changes from step to step is fed.
/// </summary>
public sealed class Adam
{
    private readonly AdamRecipe _recipe;
    private readonly Variable[] _parameters, _means, _squares;

    // The learning rate with Adam's correction of the mean's bias, and the correction of the squares' bias.
    private readonly Feed _rate, _squareCorrection;

    /// <summary>An optimizer with moments of zero.</summary>
    /// <param name="name">A path for the moments: <c>adam</c>, or <c>generator.adam</c>.</param>
    /// <param name="parameters">What it moves.</param>
    /// <param name="recipe">Its settings.</param>
    public Adam(string name, IEnumerable<Variable> parameters, AdamRecipe recipe)
    {
        _recipe = recipe;
        _parameters = [.. parameters];
        _means = [.. _parameters.Select(p => new Variable($"{name}.mean.{p.Name}", p.Shape))];
        _squares = [.. _parameters.Select(p => new Variable($"{name}.square.{p.Name}", p.Shape))];
        _rate = new Feed($"{name}.rate", []);
        _squareCorrection = new Feed($"{name}.square-correction", []);
    }

    /// <summary>The moments.</summary>
    public IEnumerable<Variable> Variables => _means.Concat(_squares);

    /// <summary>Adds to a step the move against a loss's gradients.</summary>
    /// <returns>The gradients' norm over all parameters, before any limit.</returns>
    public Tensor Minimize(Tensor loss, Updates updates)
    {
        Tensor[] gradients = Gradients.Of(loss, [.. _parameters.Select(p => p.Value)]);
        Tensor norm = gradients.Select(gradient => gradient.Square().Sum()).Aggregate((a, b) => a + b).Sqrt();
        Tensor limit = _recipe.ClipNorm > 0 ? Tensor.Min(1, (float)_recipe.ClipNorm / (norm + 1e-12f)) : 1;
        float beta1 = (float)_recipe.Beta1, beta2 = (float)_recipe.Beta2;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor gradient = _recipe.ClipNorm > 0 ? gradients[i] * limit : gradients[i];
            Tensor mean = _means[i] + (1 - beta1) * (gradient - _means[i]);
            Tensor square = _squares[i] + (1 - beta2) * (gradient.Square() - _squares[i]);
            Tensor move = _rate * mean / ((square * _squareCorrection).Sqrt() + (float)_recipe.Epsilon);
            updates.Assign(_means[i], mean);
            updates.Assign(_squares[i], square);
            updates.Assign(_parameters[i], _parameters[i] - move);
        }

        return norm;
    }

    /// <summary>Gives a run of the step its learning rate.</summary>
    /// <param name="bindings">The run's values.</param>
    /// <param name="step">Which step it is, from 1.</param>
    /// <param name="learningRate">The rate, before Adam's corrections.</param>
    public void Feed(Bindings bindings, long step, double learningRate) => bindings
        .Set(_rate, (float)(learningRate / (1 - Math.Pow(_recipe.Beta1, step))))
        .Set(_squareCorrection, (float)(1 / (1 - Math.Pow(_recipe.Beta2, step))));
}
