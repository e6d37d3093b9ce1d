using Mezzotint.Data;
using Mezzotint.Evaluation;

namespace Mezzotint.Families;

/// <summary>How unlike one another what a generator makes is, by which a collapse shows.</summary>
internal static class SampleDiversity
{
    private const int Images = 64;

    /// <summary>
    /// The diversity of samples of the same seeds each time, as a share of that of the data; null for data of fewer than two images.
    /// </summary>
    public static double? Of(Generator generator, IImageSet data, CancellationToken cancellation)
    {
        int count = Math.Min(Images, data.Count);
        if (count < 2) return null;
        SampleRequest[] requests = [.. Enumerable.Range(0, count).Select(i => new SampleRequest((ulong)i))];
        float[][] made = [.. generator.Generate(requests, null, cancellation).Select(picture => picture.ToFloats())];
        return ImageDiversity.Share(made, ImageDiversity.Of(data, count));
    }
}
