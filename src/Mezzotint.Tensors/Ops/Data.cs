namespace Mezzotint.Tensors.Ops;

/// <summary>Numbers of the caller's, 4 bytes each, read when a step runs.</summary>
internal sealed record Data(ReadOnlyMemory<float> Floats, ReadOnlyMemory<int> Integers) : LeafOp
{
    public override string Name => "data";

    public static Data Of(Shape shape, ReadOnlyMemory<float> values)
    {
        RequireCount(shape, values.Length);
        return new Data(values, default);
    }

    public static Data Of(Shape shape, ReadOnlyMemory<int> values)
    {
        RequireCount(shape, values.Length);
        return new Data(default, values);
    }

    private static void RequireCount(Shape shape, int count)
    {
        if (shape.Count != count)
            throw new ArgumentException($"A tensor of shape {shape} takes {shape.Count} values, and {count} were given.");
    }
}
