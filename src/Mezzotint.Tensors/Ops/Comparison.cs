namespace Mezzotint.Tensors.Ops;

/// <summary>
/// The elementwise comparisons; each gives 1 where it holds and 0 where it does not (a comparison with NaN does not hold).
/// </summary>
public enum Comparison
{
    /// <summary>x = y.</summary>
    Equal,

    /// <summary>x &lt; y.</summary>
    Less,

    /// <summary>x ≤ y.</summary>
    LessOrEqual,
}
