namespace Mezzotint.Imaging;

/// <summary>What <see cref="Picture.Load(string, PictureLimits?)"/> would give, told from the file's header alone.</summary>
/// <param name="Format">The format that the file's first bytes show.</param>
/// <param name="Width">Columns of the upright picture.</param>
/// <param name="Height">Rows of the upright picture.</param>
/// <param name="Channels">Channels, alpha included.</param>
/// <param name="BitDepth">8 or 16.</param>
/// <param name="HasAlpha">Whether the last channel is alpha.</param>
/// <param name="Pages">Pages or frames in the file, of which the first is loaded.</param>
public sealed record PictureHeader(PictureFormat Format, int Width, int Height, int Channels, int BitDepth, bool HasAlpha, int Pages);
