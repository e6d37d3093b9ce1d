namespace Mezzotint.Imaging;

/// <summary>The file formats that are read and written. No other is ever handed to a decoder.</summary>
public enum PictureFormat
{
    /// <summary>PNG: lossless, 8 and 16 bit, grey, alpha, text.</summary>
    Png,

    /// <summary>JPEG: lossy, 8 bit, no alpha, at most 65,500 pixels a side.</summary>
    Jpeg,

    /// <summary>WebP: lossy or lossless, 8 bit, at most 16,383 pixels a side; grey is stored as colour.</summary>
    Webp,

    /// <summary>TIFF: lossless, 8 and 16 bit, any number of channels; holds no EXIF and no text here.</summary>
    Tiff,

    /// <summary>HEIF with HEVC inside: lossy, 8 bit (10 and 12 are read), at most 16,384 pixels a side; grey is stored as colour.</summary>
    Heif,

    /// <summary>AVIF, which is HEIF with AV1 inside; bounds as <see cref="Heif"/>.</summary>
    Avif,
}
