namespace Mezzotint.Evaluation;

/// <summary>Features of images, one after another, for scores that compare each with each: 4 bytes a number are kept.</summary>
/// <param name="size">Numbers of a feature vector.</param>
public sealed class FeatureRows(int size)
{
    private readonly List<float[]> _rows = [];

    /// <summary>Numbers of a feature vector.</summary>
    public int Size { get; } = size;

    /// <summary>How many vectors there are.</summary>
    public int Count => _rows.Count;

    /// <summary>One of them.</summary>
    public ReadOnlySpan<float> this[int index] => _rows[index];

    /// <summary>Adds vectors.</summary>
    /// <param name="rows">One after the other, <see cref="Size"/> numbers each.</param>
    /// <exception cref="ArgumentException">They are not whole vectors.</exception>
    /// <exception cref="EvaluationException">A number is not finite.</exception>
    public void Add(ReadOnlySpan<float> rows)
    {
        if (rows.Length % Size != 0) throw new ArgumentException($"{rows.Length} numbers are no whole vectors of {Size}.", nameof(rows));
        foreach (float number in rows)
            if (!float.IsFinite(number)) throw new EvaluationException("A feature is not a finite number; the network or an image is broken.");
        for (; rows.Length > 0; rows = rows[Size..]) _rows.Add(rows[..Size].ToArray());
    }

    /// <summary>Refuses features of another size.</summary>
    internal static void RequireAlike(FeatureRows first, FeatureRows second)
    {
        if (first.Size != second.Size)
            throw new EvaluationException($"Features of {first.Size} and of {second.Size} numbers cannot be compared; both sets take the same network.");
    }
}
