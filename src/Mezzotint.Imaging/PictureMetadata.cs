using System.Collections.ObjectModel;

namespace Mezzotint.Imaging;

/// <summary>What a picture says about itself beside its pixels; kept from loading to saving.</summary>
public sealed record PictureMetadata
{
    /// <summary>Nothing said.</summary>
    public static PictureMetadata None { get; } = new();

    /// <summary>The ICC colour profile, or empty: the samples are sRGB, or the grey of it.</summary>
    public ReadOnlyMemory<byte> IccProfile { get; init; }

    /// <summary>The EXIF block from its byte-order mark on ("II*" or "MM"), or empty.</summary>
    public ReadOnlyMemory<byte> Exif { get; init; }

    /// <summary>The XMP packet, or empty.</summary>
    public ReadOnlyMemory<byte> Xmp { get; init; }

    /// <summary>Pixels per millimetre across and down, or null when the file does not say.</summary>
    public (double Horizontal, double Vertical)? Density { get; init; }

    /// <summary>Texts by their keywords, as PNG holds them.</summary>
    public IReadOnlyDictionary<string, string> Text { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
