namespace Mezzotint.Tensors;

/// <summary>
/// What one run computes: outputs, and which variables get which new values. The outputs and all updates are one atomic evaluation: the
/// updates are committed last, and only if every float output is finite.
/// </summary>
/// <param name="Outputs">The values to hand back. What must be finite for the updates to happen (the loss, the gradients' norm) belongs
/// here.</param>
/// <param name="Updates">The new values, or null for none.</param>
public sealed record Step(IReadOnlyList<Tensor> Outputs, Updates? Updates = null)
{
    /// <summary>The values to hand back: floats.</summary>
    public IReadOnlyList<Tensor> Outputs { get; } = Outputs.All(output => output.Type == ElementType.Float32)
        ? [.. Outputs]
        : throw new ArgumentException("A step's outputs are floats; cast integers first.", nameof(Outputs));
}
