namespace Mezzotint.Data;

/// <summary>Samples of 8 bits as numbers.</summary>
internal static class ByteSamples
{
    private static readonly float[] Unit = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>The samples divided by 255.</summary>
    public static void ToUnit(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        for (int i = 0; i < bytes.Length; i++) samples[i] = Unit[bytes[i]];
    }
}
