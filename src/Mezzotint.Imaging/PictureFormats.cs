using Mezzotint.Imaging.Files;
using Mezzotint.Imaging.Formats;

namespace Mezzotint.Imaging;

/// <summary>How formats are told apart: when reading, by a file's first bytes; when writing, by its extension.</summary>
public static class PictureFormats
{
    internal const int HeadBytes = 64;

    private static readonly (string Extension, PictureFormat Format)[] Extensions =
    [
        (".png", PictureFormat.Png),
        (".jpg", PictureFormat.Jpeg), (".jpeg", PictureFormat.Jpeg), (".jpe", PictureFormat.Jpeg), (".jfif", PictureFormat.Jpeg),
        (".webp", PictureFormat.Webp),
        (".tif", PictureFormat.Tiff), (".tiff", PictureFormat.Tiff),
        (".heic", PictureFormat.Heif), (".heif", PictureFormat.Heif),
        (".avif", PictureFormat.Avif),
    ];

    /// <summary>The format that a file name's extension stands for, in upper or lower case.</summary>
    /// <param name="path">A file name or path; the file need not exist.</param>
    /// <exception cref="PictureException">The extension is none of those known.</exception>
    public static PictureFormat FromPath(string path) => Find(path)
        ?? throw new PictureException(
            $"{path}: '{Path.GetExtension(path)}' is not an extension of a picture format that can be written; "
            + "use .png, .jpg, .webp, .tif, .heic or .avif.");

    /// <summary>True when a file name's extension is that of a known format: how pictures are picked out of a folder.</summary>
    /// <param name="path">A file name or path.</param>
    public static bool HasPictureExtension(string path) => Find(path) is not null;

    /// <summary>The format that a file's first bytes show; null where they are of no known one. Its name is not asked.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PictureFormat? OfFile(string path)
    {
        if (InputFile.Length(path) == 0) return null;
        Span<byte> head = stackalloc byte[HeadBytes];
        using FileStream file = InputFile.Open(path, bufferSize: 1);
        return Sniff(head[..file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)]);
    }

    /// <summary>The usual extension of a format, with its dot: ".png".</summary>
    /// <param name="format">The format.</param>
    public static string Extension(this PictureFormat format) => Extensions.First(known => known.Format == format).Extension;

    /// <summary>The format that a file's first bytes show, or null; a file's name is never asked.</summary>
    internal static PictureFormat? Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Png.Signature)) return PictureFormat.Png;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return PictureFormat.Jpeg;
        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8)) return PictureFormat.Webp;
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8))
            return PictureFormat.Tiff;
        var brands = IsoMedia.Brands(head).ToList();
        if (brands.Contains("avif")) return PictureFormat.Avif;
        return brands.Any(brand => brand is "heic" or "heix" or "heim" or "heis" or "mif1") ? PictureFormat.Heif : null;
    }

    internal static string Name(this PictureFormat format) => format switch
    {
        PictureFormat.Webp => "WebP",
        _ => format.ToString().ToUpperInvariant(),
    };

    private static PictureFormat? Find(string path)
    {
        var extension = Path.GetExtension(path);
        foreach (var known in Extensions)
            if (known.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase))
                return known.Format;
        return null;
    }
}
