using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Comparisons;

/// <summary>A picture as a PNG, to be put into a page.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Png">The file, without any text that says what made it.</param>
public sealed record ComparedPicture(int Width, int Height, ReadOnlyMemory<byte> Png)
{
    /// <summary>Encodes a picture: 8 bits, grey or colour, no alpha; of one that is neither grey nor colour the first channel.</summary>
    /// <param name="picture">The picture.</param>
    public static ComparedPicture Of(Picture picture)
    {
        using var bytes = new MemoryStream();
        TrainingChannels.Shown(picture).WithBitDepth(8).Flatten().Save(bytes, PictureFormat.Png, new SaveOptions { Strip = true });
        return new ComparedPicture(picture.Width, picture.Height, bytes.ToArray());
    }

    /// <summary>Decodes it.</summary>
    public Picture Load() => Picture.Load(Png.Span);
}
