using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How an N,H,W,C image lies in memory: the elements from one image, row and pixel to the next; a pixel's channels are adjacent. A dense
/// image is the common case; some channels of another image, or its interior, are the others.
/// </summary>
internal readonly record struct ImagePitches(long Image, long Row, long Pixel)
{
    /// <summary>The pitches of an image whose elements follow each other.</summary>
    public static ImagePitches Dense(int height, int width, int channels) => new((long)height * width * channels, (long)width * channels, channels);

    /// <summary>The pitches of a view of rank 4 with adjacent channels.</summary>
    public static ImagePitches Of(View view) =>
        view.IsDense ? Dense(view.Shape[1], view.Shape[2], view.Shape[3]) : new(view.Strides[0], view.Strides[1], view.Strides[2]);

    /// <summary>The elements from the image's first to one after its last.</summary>
    public long Reach(int batch, int height, int width, int channels) => (batch - 1) * Image + (height - 1) * Row + (width - 1) * Pixel + channels;
}
