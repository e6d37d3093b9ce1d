using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging;

/// <summary>Text as pixels, for labels in pictures: one line, in a plain font of this machine.</summary>
public static class TextLine
{
    private const int PointsAnInch = 72;

    /// <summary>A line of text.</summary>
    /// <param name="text">The text; line breaks become spaces.</param>
    /// <param name="size">The font's size in pixels; the picture is about as high, and as wide as the text.</param>
    /// <returns>A grey picture, 255 where ink is and 0 where none is; null where this libvips cannot draw text, or there is nothing to
    /// draw.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public static Picture? Render(string text, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        string line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        if (line.Length == 0) return null;
        string markup = line.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        try
        {
            // At 72 dots an inch a point is a pixel.
            using VipsOperation draw = new VipsOperation("text").Set("text", markup).Set("font", $"sans {size}").Set("dpi", PointsAnInch);
            using VipsImage image = draw.Run().TakeImage();
            if (image.Bands != 1 || image.Format != SampleFormat.UInt8) return null;
            var ink = new byte[image.Width * image.Height];
            image.CopyTo<byte>(ink);
            return Picture.FromSamples(ink, image.Width, image.Height, 1);
        }
        catch (VipsException)
        {
            return null;
        }
    }
}
