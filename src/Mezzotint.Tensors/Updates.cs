using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>The new values that a step gives to variables. An update is data: nothing changes until the step has run.</summary>
public sealed class Updates
{
    private readonly Dictionary<Variable, Tensor> _values = [];
    private readonly List<Variable> _order = [];

    /// <summary>The variables that change, in the order they were assigned.</summary>
    public IReadOnlyList<Variable> Variables => _order;

    /// <summary>
    /// The value of a variable as the step has left it so far: the new one where it has been assigned, else the old. A new value is a leaf
    /// to <see cref="Gradients"/>: no gradient runs back through the update that made it.
    /// </summary>
    public Tensor this[Variable variable] => _values.TryGetValue(variable, out Tensor? value) ? value : variable.Value;

    /// <summary>Says that a variable gets a new value when the step runs.</summary>
    /// <exception cref="ShapeException">The shape is not the variable's.</exception>
    /// <exception cref="ArgumentException">The value is of integers.</exception>
    public void Assign(Variable variable, Tensor value)
    {
        if (value.Shape != variable.Shape)
            throw ShapeException.In($"update of the variable '{variable.Name}' {variable.Shape} by {value.Shape}", "the shapes differ.");
        if (value.Type != ElementType.Float32)
            throw new ArgumentException($"The variable '{variable.Name}' holds floats; cast the integers first.");
        if (!_values.ContainsKey(variable)) _order.Add(variable);
        _values[variable] = value.Detach();
    }
}
