using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// The exponential moving average of variables, which scores better than the variables themselves. Over the first steps it follows more
/// closely: with decay min(decay, (1 + step) / (10 + step)).
/// </summary>
public sealed class MovingAverage
{
    private readonly Variable[] _of, _averages;
    private readonly double _decay;
    private readonly Feed _weight = new("average.weight", []);

    /// <summary>Averages that begin as the variables are.</summary>
    /// <param name="of">What is averaged.</param>
    /// <param name="decay">How much of the average stays at each step; 0 for none.</param>
    public MovingAverage(IEnumerable<Variable> of, double decay)
    {
        _of = [.. of];
        _decay = decay;
        _averages = [.. _of.Select(v => new Variable($"average.{v.Name}", v.Shape, v.ToArray()))];
    }

    /// <summary>The averages, in the order of what they are of.</summary>
    public IReadOnlyList<Variable> Variables => _averages;

    /// <summary>The averages by the names of what they are of.</summary>
    public IEnumerable<KeyValuePair<string, Variable>> Named => _of.Zip(_averages, (variable, average) => KeyValuePair.Create(variable.Name, average));

    /// <summary>
    /// Gives a network the averages, each to the variable of the name it is of; the network's other variables stay as they are.
    /// </summary>
    /// <param name="network">A network of the same kind as what is averaged.</param>
    public void CopyTo(Layers.Module network)
    {
        Dictionary<string, Variable> averages = Named.ToDictionary();
        foreach (Variable variable in network.Variables)
            if (averages.TryGetValue(variable.Name, out Variable? average)) variable.Set(average.ToArray());
    }

    /// <summary>The average of a variable; the variable itself where it is not averaged.</summary>
    public Tensor Of(Variable variable)
    {
        int place = Array.IndexOf(_of, variable);
        return place < 0 ? variable.Value : _averages[place].Value;
    }

    /// <summary>Makes the averages what the variables are, as at the beginning.</summary>
    public void Restart()
    {
        foreach ((Variable variable, Variable average) in _of.Zip(_averages)) average.Set(variable.ToArray());
    }

    /// <summary>Adds to a step the move of the averages towards the new values; after everything that assigns them.</summary>
    public void Follow(Updates updates)
    {
        for (int i = 0; i < _of.Length; i++)
            updates.Assign(_averages[i], _averages[i] + _weight * (updates[_of[i]] - _averages[i]));
    }

    /// <summary>Gives a run of the step its weight.</summary>
    /// <param name="bindings">The run's values.</param>
    /// <param name="step">Which step it is, from 1.</param>
    public void Feed(Bindings bindings, long step) => bindings.Set(_weight, (float)(1 - Math.Min(_decay, (1.0 + step) / (10 + step))));
}
