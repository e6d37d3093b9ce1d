namespace Mezzotint.Cli.Commands;

/// <summary>
/// Names as people order them: numbers by their value, so that frame 2 comes before frame 10; the rest by its characters.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int digits = Digits(a), others = Digits(b);
            int order = digits > 0 && others > 0 ? CompareNumbers(a[..digits], b[..others]) : a[0].CompareTo(b[0]);
            if (order != 0) return order;
            a = a[Math.Max(1, digits)..];
            b = b[Math.Max(1, others)..];
        }

        // Where only leading zeros differ, the order is still one and the same each time.
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}
