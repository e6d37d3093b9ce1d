namespace Mezzotint.Weights;

/// <summary>
/// An array of numbers with its name and shape, as weights files hold them. Compared by reference to its data, not by content.
/// </summary>
public sealed record NamedArray
{
    /// <summary>An array over <paramref name="data"/>, which is not copied.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="shape">The extents, outermost first; empty for a single number.</param>
    /// <param name="data">The values in row-major order.</param>
    /// <exception cref="ArgumentException">The shape and the number of values disagree.</exception>
    public NamedArray(string name, int[] shape, float[] data)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        double elements = shape.Aggregate(1.0, (product, extent) => product * extent); // exact as far as arrays go, and never an overflow
        if (elements != data.Length || shape.Any(extent => extent < 0))
            throw new ArgumentException($"'{name}' has the shape [{string.Join(", ", shape)}] but {data.Length} values.", nameof(data));
        Name = name;
        Shape = shape;
        Data = data;
    }

    /// <summary>The name, unique within a file.</summary>
    public string Name { get; }

    /// <summary>The extents, outermost first; empty for a single number.</summary>
    public int[] Shape { get; }

    /// <summary>The values in row-major order.</summary>
    public float[] Data { get; }
}
