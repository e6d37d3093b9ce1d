namespace Mezzotint.Data.Pairs;

/// <summary>
/// Holes: what is given is the picture with smooth colours in them (<see cref="HoleFill"/>), and as a fourth channel the mask, 1 where a
/// pixel is missing.
/// </summary>
/// <param name="masks">The holes.</param>
public sealed class MaskCorruption(MaskGenerator masks) : Corruption
{
    /// <inheritdoc/>
    public override int Channels => 4;

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> target, int width, int height, ulong seed, ulong sample, Span<float> condition)
    {
        bool[] missing = masks.Make(width, height, seed, sample);
        for (int i = 0; i < missing.Length; i++)
        {
            for (int c = 0; c < 3; c++) condition[4 * i + c] = target[3 * i + c];
            condition[4 * i + 3] = missing[i] ? 1 : 0;
        }

        HoleFill.Apply(condition, Channels, missing, width);
    }
}
