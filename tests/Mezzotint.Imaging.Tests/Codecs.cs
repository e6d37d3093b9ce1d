namespace Mezzotint.Imaging.Tests;

/// <summary>The formats that this machine's libvips writes: every one has the first four, HEIF and AVIF are optional.</summary>
internal static class Codecs
{
    private static readonly Lazy<PictureFormat[]> Found = new(() => [.. Enum.GetValues<PictureFormat>().Where(IsThere)]);

    public static PictureFormat[] Available => Found.Value;

    public static void SkipUnlessThere(PictureFormat format)
    {
        if (!Available.Contains(format)) Assert.Skip($"the libvips of this machine cannot write {format}");
    }

    private static bool IsThere(PictureFormat format)
    {
        try
        {
            Pixels.Slopes(8, 8, 3, 8).Save(Stream.Null, format);
            return true;
        }
        catch (PictureException) when (format is PictureFormat.Heif or PictureFormat.Avif)
        {
            return false;
        }
    }
}
