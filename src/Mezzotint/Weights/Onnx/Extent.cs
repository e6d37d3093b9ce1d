namespace Mezzotint.Weights.Onnx;

/// <summary>
/// A number that may depend on the size of a network's input (an extent, a margin): its value at each size that the network was traced at.
/// </summary>
internal readonly struct Extent(long[] values) : IEquatable<Extent>
{
    private readonly long[] _values = values;

    /// <summary>The value at the first size; at every size, if it is fixed.</summary>
    public long Value => _values[0];

    /// <summary>Whether it is the same at every size.</summary>
    public bool IsFixed => !_values.AsSpan().ContainsAnyExcept(_values[0]);

    public bool IsOne => Is(1);

    public bool Is(long value) => !_values.AsSpan().ContainsAnyExcept(value);

    public Extent Map(Func<long, long> function) => new([.. _values.Select(function)]);

    public static Extent operator +(Extent left, Extent right) => Combine(left, right, (a, b) => a + b);

    public static Extent operator -(Extent left, Extent right) => Combine(left, right, (a, b) => a - b);

    public static Extent operator *(Extent left, Extent right) => Combine(left, right, (a, b) => checked(a * b));

    public static bool operator ==(Extent left, Extent right) => left.Equals(right);

    public static bool operator !=(Extent left, Extent right) => !left.Equals(right);

    /// <summary>Whether it is at most another at every size.</summary>
    public static bool operator <=(Extent left, Extent right) => left._values.Zip(right._values).All(pair => pair.First <= pair.Second);

    /// <summary>Whether it is at least another at every size.</summary>
    public static bool operator >=(Extent left, Extent right) => right <= left;

    /// <summary>The reduced fraction that this is of another at every size, or null where there is none.</summary>
    public (long Numerator, long Denominator)? Over(Extent other)
    {
        long a = Value, b = other.Value;
        while (b != 0) (a, b) = (b, a % b);
        long numerator = Value / a, denominator = other.Value / a;
        return Map(value => value * denominator) == other.Map(value => value * numerator) ? (numerator, denominator) : null;
    }

    public bool Equals(Extent other) => _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => obj is Extent other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => string.Join("|", _values);

    private static Extent Combine(Extent left, Extent right, Func<long, long, long> function) =>
        new([.. left._values.Zip(right._values, function)]);
}
