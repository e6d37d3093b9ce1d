namespace Mezzotint.Imaging;

/// <summary>What <see cref="Picture.Load(string, PictureLimits?)"/> would give, told from the file's header alone.</summary>
/// <param name="Format">The format that the file's first bytes show.</param>
/// <param name="Width">Columns of the upright picture.</param>
/// <param name="Height">Rows of the upright picture.</param>
/// <param name="Channels">Channels, alpha included.</param>
/// <param name="BitDepth">8 or 16.</param>
/// <param name="HasAlpha">Whether the last channel is alpha.</param>
/// <param name="Pages">Pages or frames in the file, of which the first is loaded.</param>
public sealed record PictureHeader(PictureFormat Format, int Width, int Height, int Channels, int BitDepth, bool HasAlpha, int Pages)
{
    /// <summary>Whether the file's samples are inks (CMYK), which loading turns to sRGB.</summary>
    public bool IsCmyk { get; init; }

    /// <summary>Whether the file has an ICC profile, which says what colours its samples mean.</summary>
    public bool HasProfile { get; init; }

    /// <summary>Refuses a file name that such a picture could not be saved by, before the work of making it.</summary>
    /// <param name="path">The file that is to be written; its extension names the format.</param>
    /// <param name="options">How it is to be written.</param>
    /// <exception cref="PictureException">The extension is of no known format, or the format cannot hold the picture.</exception>
    public void CheckSave(string path, SaveOptions? options = null) =>
        PictureWriter.Check(this with { Format = PictureFormats.FromPath(path) }, path, options ?? SaveOptions.Default);
}
