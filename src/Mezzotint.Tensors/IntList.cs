using System.Collections;
using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors;

/// <summary>An immutable list of integers that is equal to another with the same numbers: axes, margins, steps.</summary>
[CollectionBuilder(typeof(IntList), nameof(Create))]
internal readonly struct IntList : IEquatable<IntList>, IEnumerable<int>
{
    private readonly int[]? _values;

    private IntList(int[] values) => _values = values;

    public static IntList Create(ReadOnlySpan<int> values) => new(values.ToArray());

    public int Count => Span.Length;

    public int this[int index] => Span[index];

    public ReadOnlySpan<int> Span => _values;

    public bool Contains(int value) => Span.Contains(value);

    public bool Equals(IntList other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is IntList other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int value in Span) hash.Add(value);
        return hash.ToHashCode();
    }

    public IEnumerator<int> GetEnumerator() => (_values ?? []).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", this)}]";
}
