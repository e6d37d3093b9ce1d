using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// One pass of data through modules while a step is written: which values their variables have, whether statistics are taken from the
/// batch, and where random numbers come from.
/// </summary>
/// <param name="updates"> The updates of the step being written, or null where nothing changes. Modules read their variables through it, so
/// that a pass written after an update sees the new weights; batch norm adds its running statistics to it.
/// </param>
/// <param name="random">Where dropout and noise come from; null where there is none.</param>
public sealed class Pass(Updates? updates = null, RandomStream? random = null)
{
    /// <summary>A pass that only evaluates.</summary>
    public static Pass Inference { get; } = new();

    // What variables are read as, where that is not their own value.
    private Func<Variable, Tensor>? _values;

    /// <summary>A pass that only evaluates, with other values in place of the variables' own: their averages, say.</summary>
    /// <param name="values">The value of each variable, of its shape.</param>
    public static Pass With(Func<Variable, Tensor> values) => new() { _values = values };

    /// <summary>Whether modules behave as in training: batch statistics, dropout.</summary>
    public bool Training => updates is not null;

    /// <summary>The updates of the step being written.</summary>
    /// <exception cref="InvalidOperationException">The pass only evaluates.</exception>
    public Updates Updates => updates ?? throw new InvalidOperationException("A pass that only evaluates has no updates.");

    /// <summary>The step's random numbers.</summary>
    /// <exception cref="InvalidOperationException">The pass has none.</exception>
    public RandomStream Random => random ?? throw new InvalidOperationException("This pass has no random numbers, and a layer asks for some.");

    /// <summary>The value of a variable as the step has left it so far.</summary>
    public Tensor Read(Variable variable) => updates is not null ? updates[variable] : _values?.Invoke(variable) ?? variable.Value;
}
