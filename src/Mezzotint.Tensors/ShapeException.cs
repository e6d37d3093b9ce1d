namespace Mezzotint.Tensors;

/// <summary>
/// A tensor expression whose shapes do not fit together. Thrown on the line that writes the expression; the message names the operation,
/// the shapes and the layer.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An exception without a message.</summary>
    public ShapeException()
    {
    }

    /// <summary>An exception with a complete message.</summary>
    public ShapeException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a complete message and the exception that led to it.</summary>
    public ShapeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A mistake in one operation, described with its inputs' shapes and the layer that is being written.</summary>
    internal static ShapeException In(Ops.Op op, ReadOnlySpan<Tensor> inputs, string mistake)
    {
        string shapes = string.Join(" and ", inputs.ToArray().Select(input => input.Shape.ToString()));
        return In($"{op.Name} of {shapes}", mistake);
    }

    /// <summary>A mistake in what is described, with the layer that is being written.</summary>
    internal static ShapeException In(string expression, string mistake)
    {
        string layer = Scope.Current is { } scope ? $" in layer '{scope}'" : "";
        return new ShapeException($"{expression}{layer}: {mistake}");
    }
}
