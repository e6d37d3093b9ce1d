using System.Runtime.Intrinsics.X86;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Rectangles of pixels of an N,H,W,C image as transforms of whole vectors of channels read them: where they are, or, at the image's edges,
/// copied to scratch with zeros around. Lanes beyond the last channel may hold anything, but are there to be read.
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Channels">Channels of a pixel.</param>
/// <param name="Pitches">How the image lies.</param>
/// <param name="Rows">Rows of a rectangle.</param>
/// <param name="Columns">Columns of a rectangle.</param>
/// <param name="Lanes">Lanes of a vector.</param>
internal readonly unsafe record struct ImagePatch(
    int Batch, int Height, int Width, int Channels, ImagePitches Pitches, int Rows, int Columns, int Lanes)
{
    /// <summary>Elements of a cache line.</summary>
    private const int CacheLine = 16;

    private long Elements => Pitches.Reach(Batch, Height, Width, Channels);

    /// <summary>Bytes of scratch for rectangles of so many channels.</summary>
    public long ScratchBytes(int channels) => ScratchRegion.Align((long)Rows * Columns * Whole(channels) * sizeof(float));

    /// <summary>The first of a rectangle's pixels, whose pitches are given in elements.</summary>
    /// <param name="image">The first image.</param>
    /// <param name="number">Which image.</param>
    /// <param name="top">The rectangle's first row, which may lie outside the image.</param>
    /// <param name="left">Its first column, which may too.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many are read, rounded up to whole vectors.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/>.</param>
    /// <param name="rowPitch">From one row to the next.</param>
    /// <param name="columnPitch">From one pixel to the next.</param>
    public float* Read(
        float* image, int number, int top, int left, int channel, int channels, float* scratch, out long rowPitch, out long columnPitch)
    {
        float* first = image + number * Pitches.Image + top * Pitches.Row + left * Pitches.Pixel + channel;
        (rowPitch, columnPitch) = (Pitches.Row, Pitches.Pixel);
        if (top >= 0 && left >= 0 && top + Rows <= Height && left + Columns <= Width
            && first - image + (Rows - 1) * rowPitch + (Columns - 1) * columnPitch + Whole(channels) <= Elements)
        {
            return first;
        }

        columnPitch = Whole(channels);
        rowPitch = Columns * columnPitch;
        int firstColumn = Math.Clamp(-left, 0, Columns), endColumn = Math.Clamp(Width - left, firstColumn, Columns);
        int together = columnPitch == Pitches.Pixel ? endColumn - firstColumn : 1;
        for (int i = 0; i < Rows; i++)
        {
            float* line = scratch + i * rowPitch, target = line + firstColumn * columnPitch, end = line + endColumn * columnPitch;
            if (top + i < 0 || top + i >= Height)
            {
                new Span<float>(line, (int)rowPitch).Clear();
                continue;
            }

            new Span<float>(line, (int)(target - line)).Clear();
            new Span<float>(end, (int)(line + rowPitch - end)).Clear();
            float* pixel = first + i * Pitches.Row + firstColumn * Pitches.Pixel;
            for (; target < end; target += together * columnPitch, pixel += Pitches.Pixel) Panels.Copy(pixel, target, (together - 1) * columnPitch + channels);
        }

        return scratch;
    }

    /// <summary>
    /// Brings the last columns of a rectangle that lies in the image to the cache, because storing at all points at once, and reading
    /// short runs of pixels, is more than the processor follows by itself.
    /// </summary>
    public void Fetch(float* first, int columns, int channels)
    {
        if (!Sse.IsSupported) return;
        for (int row = 0; row < Rows; row++)
        {
            float* pixel = first + row * Pitches.Row + (Columns - columns) * Pitches.Pixel;
            for (int column = 0; column < columns; column++, pixel += Pitches.Pixel)
                for (int channel = 0; channel < channels; channel += CacheLine) Sse.Prefetch0(pixel + channel);
        }
    }

    private int Whole(int channels) => Cut.Covering(channels, Lanes);
}
