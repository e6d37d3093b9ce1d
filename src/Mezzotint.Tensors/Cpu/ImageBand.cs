namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How a band of some channels of an N,H,W,C image lies in scratch: with the zeros around the image written out, and with pitches (in
/// elements) that suit the cache.
/// </summary>
internal readonly unsafe record struct ImageBand(
    int Height, int Width, int AllChannels, int FirstChannel, int WantedChannels, int PixelPitch, long RowPitch, long ImagePitch)
{
    /// <summary>Elements that a vector may be read beyond the last pixel.</summary>
    public const int Slack = 16;

    /// <summary>
    /// Copies rows (one in <paramref name="rowStep"/>) and columns, which may lie outside the image; scratch holds <see cref="Slack"/>
    /// elements more than the band.
    /// </summary>
    public void Copy(float* from, float* to, int firstImage, int images, int top, int rows, int left, int columns, int rowStep = 1)
    {
        int channels = Math.Min(WantedChannels, AllChannels - FirstChannel), tail = PixelPitch - channels;
        int inside = Math.Clamp(-left, 0, columns), outside = Math.Clamp(Width - left, inside, columns);
        for (int image = 0; image < images; image++)
        {
            for (int row = 0; row < rows; row++)
            {
                float* line = to + image * ImagePitch + row * RowPitch;
                int sourceRow = top + row * rowStep;
                if (sourceRow < 0 || sourceRow >= Height || outside == inside)
                {
                    new Span<float>(line, columns * PixelPitch).Clear();
                    continue;
                }
                new Span<float>(line, inside * PixelPitch).Clear();
                new Span<float>(line + (long)outside * PixelPitch, (columns - outside) * PixelPitch).Clear();
                float* pixel = from + FirstChannel
                    + (((long)(firstImage + image) * Height + sourceRow) * Width + left + inside) * AllChannels;
                float* target = line + (long)inside * PixelPitch;
                if (tail == 0 && channels == AllChannels)
                {
                    Panels.Copy(pixel, target, (long)(outside - inside) * PixelPitch);
                    continue;
                }
                for (int column = inside; column < outside; column++, pixel += AllChannels, target += PixelPitch)
                {
                    Panels.Copy(pixel, target, channels);
                    if (tail > 0) new Span<float>(target + channels, tail).Clear();
                }
            }
        }
        new Span<float>(to + (images - 1) * ImagePitch + (rows - 1) * RowPitch + (long)columns * PixelPitch, Slack).Clear();
    }
}
