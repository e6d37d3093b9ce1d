namespace Mezzotint.Imaging.Formats;

/// <summary>What a PNG says beside its pixels and its ICC profile.</summary>
/// <param name="Exif">The eXIf chunk's TIFF block, or empty.</param>
/// <param name="Xmp">The XMP packet, or empty.</param>
/// <param name="Text">Keywords and their texts.</param>
internal sealed record PngMetadata(byte[] Exif, byte[] Xmp, IReadOnlyDictionary<string, string> Text);
