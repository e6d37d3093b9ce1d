namespace Mezzotint.Tensors;

/// <summary>
/// The numbers given to the feeds of a step in one run. The memory is read, not copied, so it must not change during the run.
/// </summary>
public sealed class Bindings
{
    private readonly Dictionary<Feed, (ReadOnlyMemory<float> Floats, ReadOnlyMemory<int> Integers)> _values = [];

    /// <summary>Gives a float feed its numbers, in row-major order; returns these bindings.</summary>
    /// <exception cref="ArgumentException">The count or the type is not the feed's.</exception>
    public Bindings Set(Feed feed, ReadOnlyMemory<float> values)
    {
        Require(feed, ElementType.Float32, values.Length);
        _values[feed] = (values, default);
        return this;
    }

    /// <summary>Gives a float feed of one element its number; returns these bindings.</summary>
    public Bindings Set(Feed feed, float value) => Set(feed, new[] { value });

    /// <summary>Gives an integer feed its numbers, in row-major order; returns these bindings.</summary>
    /// <exception cref="ArgumentException">The count or the type is not the feed's.</exception>
    public Bindings Set(Feed feed, ReadOnlyMemory<int> values)
    {
        Require(feed, ElementType.Int32, values.Length);
        _values[feed] = (default, values);
        return this;
    }

    internal (ReadOnlyMemory<float> Floats, ReadOnlyMemory<int> Integers) this[Feed feed] =>
        _values.TryGetValue(feed, out var values)
            ? values
            : throw new ArgumentException($"The step reads the feed '{feed.Name}' {feed.Tensor.Shape}, which was given no value.");

    private static void Require(Feed feed, ElementType type, int count)
    {
        if (feed.Tensor.Type != type)
            throw new ArgumentException($"The feed '{feed.Name}' takes {feed.Tensor.Type} values, not {type}.");
        if (feed.Tensor.Shape.Count != count)
            throw new ArgumentException($"The feed '{feed.Name}' {feed.Tensor.Shape} takes {feed.Tensor.Shape.Count} values, and {count} were given.");
    }
}
