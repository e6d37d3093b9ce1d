using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) over a list of variables, with an optional limit on the gradients' common norm. Its moments are variables, so
/// a checkpoint holds them like weights; what changes from step to step is fed.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly AdamRecipe _recipe;
    private readonly Variable[] _parameters, _means, _squares;

    // For each of a step's moves: the learning rate with Adam's correction of the mean's bias, and the correction of the squares' bias.
    private readonly List<(Feed Rate, Feed SquareCorrection)> _moves = [];
    private readonly string _name;

    /// <summary>An optimizer with moments of zero.</summary>
    /// <param name="name">A path for the moments: <c>adam</c>, or <c>generator.adam</c>.</param>
    /// <param name="parameters">What it moves.</param>
    /// <param name="recipe">Its settings.</param>
    public Adam(string name, IEnumerable<Variable> parameters, AdamRecipe recipe)
    {
        (_name, _recipe) = (name, recipe);
        _parameters = [.. parameters];
        _means = [.. _parameters.Select(p => new Variable($"{name}.mean.{p.Name}", p.Shape))];
        _squares = [.. _parameters.Select(p => new Variable($"{name}.square.{p.Name}", p.Shape))];
    }

    /// <inheritdoc/>
    public IEnumerable<Variable> Variables => _means.Concat(_squares);

    /// <inheritdoc/>
    public Tensor Minimize(Tensor loss, Updates updates, int move = 0)
    {
        (Tensor[] gradients, Tensor norm) = ClippedGradients.Of(loss, [.. _parameters.Select(p => updates[p])], _recipe.ClipNorm);
        (Feed rate, Feed squareCorrection) = MoveAt(move);
        float beta1 = (float)_recipe.Beta1, beta2 = (float)_recipe.Beta2;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor gradient = gradients[i], meanBefore = updates[_means[i]], squareBefore = updates[_squares[i]];
            Tensor mean = meanBefore + (1 - beta1) * (gradient - meanBefore);
            Tensor square = squareBefore + (1 - beta2) * (gradient.Square() - squareBefore);
            Tensor change = rate * mean / ((square * squareCorrection).Sqrt() + (float)_recipe.Epsilon);
            updates.Assign(_means[i], mean);
            updates.Assign(_squares[i], square);
            updates.Assign(_parameters[i], updates[_parameters[i]] - change);
        }

        return norm;
    }

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, double learningRate)
    {
        for (int i = 0; i < _moves.Count; i++)
        {
            double moves = (step - 1) * _moves.Count + i + 1;
            bindings.Set(_moves[i].Rate, (float)(learningRate / (1 - Math.Pow(_recipe.Beta1, moves))));
            bindings.Set(_moves[i].SquareCorrection, (float)(1 / (1 - Math.Pow(_recipe.Beta2, moves))));
        }
    }

    private (Feed Rate, Feed SquareCorrection) MoveAt(int move)
    {
        while (_moves.Count <= move) _moves.Add((new Feed($"{_name}.rate", []), new Feed($"{_name}.square-correction", [])));
        return _moves[move];
    }
}
