using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>What happens to people's photographs, at their own size: blur, resizing there and back, noise, JPEG.</summary>
/// <param name="recipe">What happens, how often and how strongly.</param>
public sealed class PhotographCorruption(DegradationRecipe recipe) : Corruption
{
    private readonly Degradation _degradation = new(recipe, 1);

    /// <inheritdoc/>
    public override int Channels => 3;

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> target, int width, int height, ulong seed, ulong sample, Span<float> condition)
    {
        byte[] bytes = new byte[target.Length];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)Math.Round((target[i] + 1) * 127.5);
        _degradation.Apply(Picture.FromSamples(bytes, width, height, 3), seed, (long)sample).CopyTo(bytes);
        for (int i = 0; i < bytes.Length; i++) condition[i] = PairCutter.FromByte(bytes[i]);
    }
}
