namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How a band of some channels of an N,H,W,C image lies in scratch: with the zeros around the image written out, and with pitches (in
/// elements) that suit the cache.
/// </summary>
internal readonly unsafe record struct ImageBand(
    int Height, int Width, int AllChannels, ImagePitches Source, int FirstChannel, int WantedChannels, int PixelPitch, long RowPitch, long ImagePitch)
{
    /// <summary>Elements that a vector may be read beyond the last pixel.</summary>
    public const int Slack = 16;

    /// <summary>
    /// Copies rows (one in <paramref name="rowStep"/>) and columns, which may lie outside the image; scratch holds <see cref="Slack"/>
    /// elements more than the band.
    /// </summary>
    public void Copy(float* from, float* to, int firstImage, int images, int top, int rows, int left, int columns, int rowStep = 1)
    {
        long beside = RowPitch - (long)columns * PixelPitch, below = ImagePitch - (rows - 1) * RowPitch - (long)columns * PixelPitch;
        for (int image = 0; image < images; image++)
        {
            float* first = to + image * ImagePitch;
            for (int row = 0; row < rows; row++)
            {
                float* line = first + row * RowPitch;
                Line(from, line, firstImage + image, top + row * rowStep, left, columns);

                // What a vector reads beyond a line is multiplied by zero, which what was left there by others might not make zero.
                bool last = row == rows - 1;
                long gap = !last ? beside : image == images - 1 ? Slack : below;
                new Span<float>(line + (long)columns * PixelPitch, (int)Math.Min(gap, Slack)).Clear();
            }
        }
    }

    private void Line(float* from, float* line, int image, int row, int left, int columns)
    {
        int channels = Math.Min(WantedChannels, AllChannels - FirstChannel), tail = PixelPitch - channels;
        int inside = Math.Clamp(-left, 0, columns), outside = Math.Clamp(Width - left, inside, columns);
        if (row < 0 || row >= Height || outside == inside)
        {
            new Span<float>(line, columns * PixelPitch).Clear();
            return;
        }

        new Span<float>(line, inside * PixelPitch).Clear();
        new Span<float>(line + (long)outside * PixelPitch, (columns - outside) * PixelPitch).Clear();
        float* pixel = from + FirstChannel + image * Source.Image + row * Source.Row + (left + inside) * Source.Pixel;
        float* target = line + (long)inside * PixelPitch;
        if (tail == 0 && channels == Source.Pixel)
        {
            Panels.Copy(pixel, target, (long)(outside - inside) * PixelPitch);
            return;
        }

        for (int column = inside; column < outside; column++, pixel += Source.Pixel, target += PixelPitch)
        {
            Panels.Copy(pixel, target, channels);
            if (tail > 0) new Span<float>(target + channels, tail).Clear();
        }
    }
}
