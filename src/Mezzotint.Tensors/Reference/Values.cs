namespace Mezzotint.Tensors.Reference;

/// <summary>The elements of one tensor, dense and row-major; integers are doubles that hold integers.</summary>
internal readonly record struct Values(Shape Shape, double[] Elements)
{
    public static Values Of(Shape shape, ReadOnlySpan<float> elements)
    {
        var doubles = new double[elements.Length];
        for (int i = 0; i < doubles.Length; i++) doubles[i] = elements[i];
        return new Values(shape, doubles);
    }

    public static Values Of(Shape shape, ReadOnlySpan<int> elements)
    {
        var doubles = new double[elements.Length];
        for (int i = 0; i < doubles.Length; i++) doubles[i] = elements[i];
        return new Values(shape, doubles);
    }

    public static Values Zeros(Shape shape) => new(shape, new double[shape.Count]);

    public Values Absolute() => this with { Elements = Array.ConvertAll(Elements, Math.Abs) };

    public Values Plus(Values other)
    {
        var sum = new double[Elements.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] = Elements[i] + other.Elements[i];
        return this with { Elements = sum };
    }
}
