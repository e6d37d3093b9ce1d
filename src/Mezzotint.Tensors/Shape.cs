using System.Collections;
using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors;

/// <summary>
/// The extents of a tensor, outermost axis first; images are N,H,W,C. A shape of rank 0 is a scalar. Shapes are immutable, and equal when
/// their extents are. Written as a collection: <c>Shape s = [1, 32, 32, 3]</c>.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    private readonly int[]? _extents;

    private Shape(int[] extents) => _extents = extents;

    /// <summary>The shape with these extents.</summary>
    /// <param name="extents">Each at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1.</exception>
    public static Shape Create(ReadOnlySpan<int> extents)
    {
        foreach (int extent in extents)
            if (extent < 1)
                throw new ArgumentOutOfRangeException(nameof(extents), $"A shape's extents are at least 1, not [{string.Join(", ", extents.ToArray())}].");
        return new Shape(extents.ToArray());
    }

    /// <summary>The number of axes.</summary>
    public int Rank => Span.Length;

    /// <summary>The number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int extent in Span) count = checked(count * extent);
            return count;
        }
    }

    /// <summary>The extent of one axis; <c>^1</c> is the innermost.</summary>
    public int this[Index axis] => Span[axis];

    /// <summary>The extents, outermost first.</summary>
    public ReadOnlySpan<int> Span => _extents;

    /// <summary>The extents as a new array.</summary>
    public int[] ToArray() => Span.ToArray();

    /// <summary>This shape with one extent replaced.</summary>
    internal Shape With(int axis, int extent)
    {
        int[] extents = ToArray();
        extents[axis] = extent;
        return Create(extents);
    }

    /// <summary>For each axis, how far apart in memory neighbours are, in elements, when the tensor is dense.</summary>
    internal long[] DenseStrides()
    {
        var strides = new long[Rank];
        long stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Span[axis];
        }

        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int extent in Span) hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same extents.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The extents, outermost first.</summary>
    public IEnumerator<int> GetEnumerator() => (_extents ?? []).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The shape as <c>[1, 32, 32, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", this)}]";
}
