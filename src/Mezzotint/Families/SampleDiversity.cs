using Mezzotint.Data;
using Mezzotint.Evaluation;

namespace Mezzotint.Families;

/// <summary>How unlike one another what a generator makes is, by which a collapse shows.</summary>
internal static class SampleDiversity
{
    private const int MostImages = 64, FewestImages = 8;

    // Of images of more than 256x256 pixels fewer are enough, and take no gigabyte.
    private const int Pixels = MostImages << 16;

    /// <summary>
    /// The diversity of samples of the same seeds each time, as a share of that of the data; null for data of fewer than two images.
    /// </summary>
    public static double? Of(Generator generator, IImageSet data, CancellationToken cancellation)
    {
        int count = Math.Min(data.Count, Math.Clamp(Pixels / (data.Width * data.Height), FewestImages, MostImages));
        if (count < 2) return null;
        SampleRequest[] requests = [.. Enumerable.Range(0, count).Select(i => new SampleRequest((ulong)i))];
        float[][] made = [.. generator.Generate(requests, null, cancellation).Select(picture => picture.ToFloats())];
        return ImageDiversity.Share(made, ImageDiversity.Of(data, count));
    }
}
