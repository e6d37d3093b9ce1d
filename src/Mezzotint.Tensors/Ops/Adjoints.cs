namespace Mezzotint.Tensors.Ops;

/// <summary>What one operation adds to the adjoints of its inputs while <see cref="Gradients"/> walks the graph backwards.</summary>
internal sealed class Adjoints(Func<Tensor, bool> wanted, Action<Tensor, Tensor> add)
{
    /// <summary>Whether any gradient that was asked for runs through this tensor.</summary>
    public bool Wants(Tensor input) => wanted(input);

    /// <summary>Adds to the adjoint of an input; does nothing where it is not wanted.</summary>
    public void Add(Tensor input, Tensor contribution)
    {
        if (wanted(input)) add(input, contribution);
    }
}
