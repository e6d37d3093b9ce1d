namespace Mezzotint.Imaging;

/// <summary>How a picture is written.</summary>
public sealed record SaveOptions
{
    /// <summary>The options that hold when none are given.</summary>
    public static SaveOptions Default { get; } = new();

    /// <summary>1 (small) to 100 (faithful), for the lossy formats; 90 unless set.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>Write WebP, HEIF and AVIF without loss. PNG and TIFF never lose anything; JPEG always does, and is refused.</summary>
    public bool Lossless { get; init; }

    /// <summary>Write no EXIF, XMP, texts or density of the picture. The ICC profile stays: without it, colours would change.</summary>
    public bool Strip { get; init; }

    /// <summary>
    /// Texts to write into a PNG, beside or over those that the picture holds: keyword (1 to 79 printable Latin-1 characters) to text.
    /// They are written even under <see cref="Strip"/>, and <see cref="Picture.Text"/> reads them back. Other formats leave texts out.
    /// </summary>
    public IReadOnlyDictionary<string, string> Text { get; init; } = new Dictionary<string, string>();
}
