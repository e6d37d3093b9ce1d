using System.Globalization;

namespace Mezzotint.Evaluation;

/// <summary>
/// How super-resolution is scored: the field's usual protocol, which papers on it share. A score without its protocol means nothing: the
/// border, the channel and a rounding each move PSNR by more than papers differ.
/// </summary>
/// <param name="Scale">The enlargement; the truth is cropped, at its right and bottom, to a multiple of it.</param>
public sealed record ScoreProtocol(int Scale)
{
    /// <summary>Pixels left out along every edge: as many as the scale, unless said otherwise.</summary>
    public int Border { get; init; } = Scale;

    /// <summary>The protocol in words, as results are stamped with it.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"x{Scale}; truth cropped to a multiple of {Scale}; result of the truth's 8 or 16 bits, whose largest value is the peak; border {Border} removed; float64; "
        + $"Y = 16 + 65.481 R + 128.553 G + 24.966 B, unrounded (a grey picture's Y is its grey; of other channels than 1 and 3, all are taken as in RGB); "
        + $"SSIM 11x11 Gaussian, sigma 1.5, valid region; RGB: PSNR over all samples, SSIM the mean of the channels");

    /// <summary>The protocol of one of the scores.</summary>
    /// <param name="score">Its name: <c>PSNR Y</c>.</param>
    public Protocol For(string score) => new(score,
    [
        new ProtocolTerm("scale", $"x{Scale}"),
        new ProtocolTerm("border", $"{Border} removed"),
        new ProtocolTerm("samples", "8 or 16 bits, float64"),
        .. score.Contains('Y', StringComparison.Ordinal) ? [new ProtocolTerm("luma", "16 + 65.481 R + 128.553 G + 24.966 B, unrounded")] : Array.Empty<ProtocolTerm>(),
        .. score.StartsWith("SSIM", StringComparison.Ordinal) ? [new ProtocolTerm("window", "11x11 Gaussian, sigma 1.5, valid region")] : Array.Empty<ProtocolTerm>(),
    ]);

    /// <summary>The description.</summary>
    public override string ToString() => Description;
}
