using Mezzotint.Fuzz.Grammars;
using Mezzotint.Imaging;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Pictures, of files and of memory.</summary>
internal sealed class ImageReader : Reader
{
    private static readonly PictureLimits Limits = new() { MaximumPixels = 1 << 20 };

    /// <inheritdoc/>
    public override string Name => "image";

    /// <inheritdoc/>
    public override string Extension => ".picture";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => PictureGrammar.Of(file);

    /// <inheritdoc/>
    public override long AllocationBound(int fileBytes) => (96L << 20) + 256L * fileBytes; // a million pixels of four channels of 16 bits, some times over

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        Picture picture = Picture.Load(path, Limits);
        PictureHeader header = Picture.ReadHeader(path, Limits);
        WrongSuccessException.Unless(
            (header.Width, header.Height, header.Channels, header.BitDepth, header.HasAlpha)
                == (picture.Width, picture.Height, picture.Channels, picture.BitDepth, picture.HasAlpha),
            "the header says other than the picture is");
        WrongSuccessException.Unless((long)picture.Width * picture.Height <= Limits.MaximumPixels, "the picture is larger than the limit");
        Picture again = Picture.Load(bytes, Limits);
        WrongSuccessException.Unless((again.Width, again.Height, again.Channels) == (picture.Width, picture.Height, picture.Channels), "from memory it is another picture");
        // libheif's decoder may hand out memory that it never wrote, which no reader of its pictures can tell.
        WrongSuccessException.Unless(
            Same(picture, again) || (header.Format is PictureFormat.Heif or PictureFormat.Avif && NativeHeap.Shows(() => Picture.Load(path, Limits), Same)),
            "from memory it has other pixels");
        CheckWritten(picture, header.Format);
        return $"{header.Format} {picture.Channels} {picture.BitDepth} {picture.HasAlpha} {picture.Metadata.IccProfile.Length > 0} {picture.Metadata.Exif.Length > 0}";
    }

    /// <summary>A picture that was read can be written with all that was around its pixels, and is read again.</summary>
    private static void CheckWritten(Picture picture, PictureFormat format)
    {
        try
        {
            using var written = new MemoryStream();
            picture.Save(written, format);
            Picture again = Picture.Load(written.ToArray(), Limits);
            WrongSuccessException.Unless((again.Width, again.Height) == (picture.Width, picture.Height), "written and read again it has another size");
            WrongSuccessException.Unless(
                format is not (PictureFormat.Png or PictureFormat.Tiff) || Same(picture, again), "written and read again it has other pixels");
        }
        catch (PictureException refused)
        {
            throw new WrongSuccessException($"it was read, and cannot be written: {refused.Message}");
        }
    }

    private static bool Same(Picture one, Picture other) => one.BitDepth == other.BitDepth && (one.BitDepth == 8
        ? Same<byte>(one, other, (picture, samples) => picture.CopyTo(samples))
        : Same<ushort>(one, other, (picture, samples) => picture.CopyTo(samples)));

    private static bool Same<T>(Picture one, Picture other, Action<Picture, T[]> copy)
        where T : unmanaged, IEquatable<T>
    {
        if (one.Channels != other.Channels) return false;
        var first = new T[one.Width * one.Height * one.Channels];
        var second = new T[first.Length];
        copy(one, first);
        copy(other, second);
        return first.AsSpan().SequenceEqual(second);
    }
}
