using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>The size and channels that all images of a set are brought to.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Fit">How the size is reached.</param>
internal sealed record ImageFrame(int Width, int Height, int Channels, ImageFit Fit)
{
    /// <summary>Samples of an image.</summary>
    public int Samples => Width * Height * Channels;

    /// <summary>The frame that a recipe asks for, of images that are so large.</summary>
    public static ImageFrame Of(ImageSetRecipe recipe, int width, int height, int channels) =>
        new(recipe.Size ?? width, recipe.Size ?? height, recipe.Channels ?? channels, recipe.Fit);

    /// <summary>A picture in this frame, as 8-bit samples, interleaved; alpha is laid over white.</summary>
    public byte[] Bytes(Picture picture)
    {
        picture = Fitted(WithChannels(picture.WithBitDepth(8).Flatten()));
        var bytes = new byte[Samples];
        int left = (Width - picture.Width) / 2, top = (Height - picture.Height) / 2, row = picture.Width * Channels;
        var samples = new byte[picture.Height * row];
        picture.CopyTo(samples);
        for (int y = 0; y < picture.Height; y++)
            samples.AsSpan(y * row, row).CopyTo(bytes.AsSpan(((top + y) * Width + left) * Channels));
        return bytes;
    }

    private Picture Fitted(Picture picture)
    {
        double across = (double)Width / picture.Width, down = (double)Height / picture.Height;
        switch (Fit)
        {
            case ImageFit.Stretch:
                return picture.Resize(Width, Height);
            case ImageFit.Pad:
                double factor = Math.Min(1, Math.Min(across, down));
                return picture.Resize(Side(picture.Width, factor, 1), Side(picture.Height, factor, 1));
            default:
                double larger = Math.Max(across, down);
                Picture covers = picture.Resize(Side(picture.Width, larger, Width), Side(picture.Height, larger, Height));
                return covers.Crop((covers.Width - Width) / 2, (covers.Height - Height) / 2, Width, Height);
        }
    }

    private static int Side(int side, double factor, int least) => Math.Max(least, (int)Math.Round(side * factor));

    /// <summary>Grey of colour by the luma of ITU-R BT.601, colour of grey by three equal channels.</summary>
    private Picture WithChannels(Picture picture)
    {
        if (Channels == 3) return picture.ToColour();
        if (picture.IsGrey) return picture;
        var colours = new byte[picture.Width * picture.Height * 3];
        picture.CopyTo(colours);
        var grey = new byte[colours.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)((299 * colours[3 * i] + 587 * colours[3 * i + 1] + 114 * colours[3 * i + 2] + 500) / 1000);
        return Picture.FromSamples(grey, picture.Width, picture.Height, 1);
    }
}
