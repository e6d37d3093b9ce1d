using Mezzotint.Imaging.Files;
using Mezzotint.Imaging.Formats;
using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging;

/// <summary>From a picture to a file's bytes, which appear whole or not at all.</summary>
internal static unsafe class PictureWriter
{
    /// <summary>What a picture without a density says of itself in formats that must say something: 72 pixels an inch.</summary>
    private const double DefaultDensity = 72 / 25.4;

    /// <summary>Pixels a millimetre that libvips can be told of, at the most; files may promise more.</summary>
    private const double MostDensity = 1_000_000;

    public static void Save(Picture picture, string path, SaveOptions options)
    {
        var format = PictureFormats.FromPath(path);
        if (Directory.Exists(path)) throw new PictureException($"{path}: this is a folder; name a file in it.");
        Check(HeaderOf(picture, format), path, options);
        Guard(path, () =>
        {
            using var file = new PendingFile(path);
            Encode(picture, path, format, options, file.Stream);
            file.Commit();
            return true;
        });
    }

    public static void Save(Picture picture, Stream stream, PictureFormat format, SaveOptions options)
    {
        Check(HeaderOf(picture, format), "The picture", options);
        Encode(picture, "The picture", format, options, stream);
    }

    /// <summary>Writes frames as an animated WebP that begins anew at its end.</summary>
    public static void SaveAnimation(IReadOnlyList<Picture> frames, string path, int milliseconds, SaveOptions options)
    {
        if (PictureFormats.FromPath(path) != PictureFormat.Webp)
            throw new PictureException($"{path}: animations are written as WebP; end the name in .webp.");
        if (Directory.Exists(path)) throw new PictureException($"{path}: this is a folder; name a file in it.");
        Picture first = frames[0];
        Check(HeaderOf(first, PictureFormat.Webp), path, options);
        if ((long)first.Samples * frames.Count > Array.MaxLength)
            throw new PictureException($"{path}: {frames.Count} frames of {first.Width}x{first.Height} are too many to be held in memory; write fewer.");

        // libvips takes frames as one tall picture, and is told where to cut it.
        var samples = new byte[first.Samples * frames.Count];
        for (var i = 0; i < frames.Count; i++) frames[i].WithBitDepth(8).CopyTo(samples.AsSpan(i * first.Samples, first.Samples));
        var tall = Picture.FromSamples(samples, first.Width, first.Height * frames.Count, first.Channels, first);
        Guard(path, () =>
        {
            using var file = new PendingFile(path);
            Encode(path, PictureFormat.Webp, () =>
            {
                fixed (byte* pixels = samples)
                {
                    using var memory = VipsImage.Over(pixels, (nuint)samples.Length, tall.Width, tall.Height, tall.Channels, SampleFormat.UInt8);
                    using var image = Describe(tall, null, memory);
                    image.SetNumbers(VipsImage.Delay, [.. Enumerable.Repeat(milliseconds, frames.Count)]);
                    using var save = new VipsOperation(Stem(PictureFormat.Webp)).Set("in", image);
                    save.Set("Q", options.Quality).Set("lossless", options.Lossless).Set("page_height", first.Height).Run()
                        .CopyBlobTo(encoded => encoded.CopyTo(file.Stream));
                }
            });
            file.Commit();
            return true;
        });
    }

    private static PictureHeader HeaderOf(Picture picture, PictureFormat format) =>
        new(format, picture.Width, picture.Height, picture.Channels, picture.BitDepth, picture.HasAlpha, picture.Pages);

    /// <summary>Refuses a picture that the header's format cannot hold.</summary>
    public static void Check(PictureHeader picture, string name, SaveOptions options)
    {
        var format = picture.Format;
        var (largest, reason) = format switch
        {
            PictureFormat.Jpeg => (65_500, "JPEG"),
            PictureFormat.Webp => (16_383, "WebP"),
            PictureFormat.Heif or PictureFormat.Avif => (16_384, format.Name()),
            _ => (10_000_000, format.Name()),
        };
        if (picture.Width > largest || picture.Height > largest)
            throw new PictureException(
                $"{name}: {reason} holds at most {largest:N0} pixels a side, and the picture has {picture.Width}x{picture.Height}; "
                + (largest < 10_000_000 ? "save it as PNG or TIFF." : "cut it into parts."));
        if (format == PictureFormat.Jpeg && picture.HasAlpha)
            throw new PictureException($"{name}: JPEG has no transparency; save the picture as PNG or WebP, or flatten it first.");
        if (format == PictureFormat.Jpeg && options.Lossless)
            throw new PictureException($"{name}: JPEG always loses something; save the picture as PNG, WebP or TIFF to keep it exactly.");
        if (format != PictureFormat.Tiff && (picture.Channels > 4 || (picture.Channels is 2 or 4 && !picture.HasAlpha)))
            throw new PictureException(
                $"{name}: {format.Name()} cannot hold {picture.Channels} channels without transparency; save the picture as TIFF.");
        if (options.Quality is < 1 or > 100)
            throw new PictureException($"{name}: a quality of {options.Quality} is not between 1 and 100.");
        foreach (var keyword in options.Text.Keys)
            if (!Png.IsKeyword(keyword))
                throw new PictureException(
                    $"{name}: '{keyword}' cannot name a text; use 1 to 79 printable Latin-1 characters without spaces at the ends.");
    }

    /// <summary>Does something with a file that is being written; what the disk refuses becomes a sentence.</summary>
    public static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, refused);
        }
    }

    /// <summary>The sentence for what the disk refused.</summary>
    public static PictureStorageException NotWritten(string path, Exception refused)
    {
        if (PictureStorageException.IsNoRoom(refused))
            return new PictureStorageException($"{path}: the file cannot be written, because the disk is full; free some space.", refused);
        var advice = Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? "check its permissions and the disk" : "create the folder first";
        return new PictureStorageException($"{path}: the file cannot be written ({refused.Message.TrimEnd('.')}); {advice}.", refused);
    }

    /// <summary>Begins a PNG: all that stands before its first row.</summary>
    public static PngEncoder BeginPng(Stream output, PictureHeader header, PictureMetadata metadata, SaveOptions options)
    {
        metadata = Kept(metadata, options);
        var text = new Dictionary<string, string>(metadata.Text, StringComparer.Ordinal);
        foreach (var (keyword, value) in options.Text) text[keyword] = value;
        var exif = Exif.Upright(metadata.Exif.Span, header.Width, header.Height);
        return new PngEncoder(output, header, metadata, new PngMetadata(exif, metadata.Xmp.ToArray(), text));
    }

    private static void EncodePng(Picture picture, SaveOptions options, Stream output)
    {
        using var encoder = BeginPng(output, HeaderOf(picture, PictureFormat.Png), picture.Metadata, options);
        var row = picture.Width * picture.Channels;
        for (var y = 0; y < picture.Height; y++)
        {
            if (picture.Samples8 is { } bytes) encoder.Write(bytes.AsSpan(y * row, row));
            else encoder.Write(picture.Samples16.AsSpan(y * row, row));
        }

        encoder.Complete();
    }

    private static PictureMetadata Kept(PictureMetadata metadata, SaveOptions options) =>
        options.Strip ? new PictureMetadata { IccProfile = metadata.IccProfile } : metadata;

    private static void Encode(Picture picture, string name, PictureFormat format, SaveOptions options, Stream output)
    {
        if (format == PictureFormat.Png)
        {
            EncodePng(picture, options, output);
            return;
        }

        if (format is PictureFormat.Jpeg or PictureFormat.Webp) picture = picture.WithBitDepth(8);
        Encode(name, format, () =>
        {
            if (picture.Samples8 is { } bytes)
                fixed (byte* samples = bytes)
                    Encode(picture, samples, SampleFormat.UInt8, format, options, output);
            else
                fixed (ushort* samples = picture.Samples16)
                    Encode(picture, samples, SampleFormat.UInt16, format, options, output);
        });
    }

    /// <summary>Encodes by libvips; what it cannot do becomes a sentence.</summary>
    private static void Encode(string name, PictureFormat format, Action encode)
    {
        try
        {
            Libvips.Start();
            encode();
        }
        catch (VipsException failure)
        {
            var stem = Stem(format);
            throw new PictureException(
                !VipsOperation.Exists(stem)
                    ? $"{name}: the libvips of this machine cannot write {format.Name()}; install one that can, or save the picture as PNG."
                    : $"{name}: the picture could not be encoded as {format.Name()} ({failure.Message}); save it as PNG.",
                failure);
        }
        catch (DllNotFoundException missing)
        {
            throw new PictureException(missing.Message, missing);
        }
        finally
        {
            if (Libvips.IsStarted) Native.vips_thread_shutdown();
        }
    }

    private static void Encode(
        Picture picture, void* samples, SampleFormat sampleFormat, PictureFormat format, SaveOptions options, Stream output)
    {
        var metadata = Kept(picture.Metadata, options);
        var profile = metadata.IccProfile.Span;
        var exif = Exif.Upright(metadata.Exif.Span, picture.Width, picture.Height);
        var xmp = metadata.Xmp.ToArray();
        var sampleBytes = (nuint)picture.Samples * (picture.BitDepth == 8 ? 1u : 2u);
        using var memory = VipsImage.Over(samples, sampleBytes, picture.Width, picture.Height, picture.Channels, sampleFormat);
        using var image = Describe(picture, metadata.Density, memory);
        using var save = new VipsOperation(Stem(format)).Set("in", image);
        switch (format)
        {
            case PictureFormat.Jpeg:
                var (jpegProfile, jpegXmp) = (profile.ToArray(), xmp);
                save.Set("Q", options.Quality).Set("optimize_coding", true).Set("strip", true).Run()
                    .CopyBlobTo(encoded => Jpeg.Write(encoded, output, metadata.Density, jpegProfile, exif, jpegXmp));
                break;

            case PictureFormat.Webp:
                var webpProfile = profile.ToArray();
                save.Set("Q", options.Quality).Set("lossless", options.Lossless).Set("alpha_q", 100).Set("strip", true).Run()
                    .CopyBlobTo(encoded => Riff.Write(
                        encoded, output, picture.Width, picture.Height, picture.HasAlpha, webpProfile, exif, xmp));
                break;

            case PictureFormat.Tiff:
                image.SetBlob(VipsImage.IccProfile, profile);
                image.SetBlob(VipsImage.Xmp, xmp);
                save.Set("compression", "deflate").Set("predictor", "horizontal").Set("bigtiff", sampleBytes > 3_500_000_000).Run()
                    .CopyBlobTo(encoded => encoded.CopyTo(output));
                break;

            default:
                image.SetBlob(VipsImage.IccProfile, profile);
                image.SetBlob(VipsImage.Xmp, xmp);
                SetExif(image, exif);
                save.Set("Q", options.Quality).Set("lossless", options.Lossless)
                    .Set("compression", format == PictureFormat.Avif ? "av1" : "hevc").Run()
                    .CopyBlobTo(encoded => encoded.CopyTo(output));
                break;
        }
    }

    private static string Stem(PictureFormat format) =>
        (format == PictureFormat.Avif ? "heif" : format.ToString().ToLowerInvariant()) + "save_buffer";

    /// <summary>Says what the bands mean and how dense they lie.</summary>
    private static VipsImage Describe(Picture picture, (double Horizontal, double Vertical)? density, VipsImage memory)
    {
        var wide = picture.BitDepth == 16;
        var interpretation = (picture.Channels - (picture.HasAlpha ? 1 : 0)) switch
        {
            1 => wide ? "grey16" : "b-w",
            3 => wide ? "rgb16" : "srgb",
            // Told that they were many bands, libvips would write the first three as colour and the others as alpha.
            _ => wide ? "grey16" : "b-w",
        };
        var (across, down) = density ?? (DefaultDensity, DefaultDensity);
        using var copy = new VipsOperation("copy")
            .Set("in", memory).Set("interpretation", interpretation).Set("xres", Math.Min(across, MostDensity)).Set("yres", Math.Min(down, MostDensity));
        return copy.Run().TakeImage();
    }

    /// <summary>
    /// Gives an image its EXIF the only way that libvips writes it into a HEIF: taken apart into fields. libvips takes it apart when it
    /// loads a file, so a JPEG of one pixel carries the block there.
    /// </summary>
    private static void SetExif(VipsImage image, byte[] exif)
    {
        if (exif.Length == 0) return;
        byte pixel = 0;
        using var one = VipsImage.Over(&pixel, 1, 1, 1, 1, SampleFormat.UInt8);
        using var save = new VipsOperation("jpegsave_buffer").Set("in", one).Set("strip", true);
        using var carrier = new MemoryStream();
        save.Run().CopyBlobTo(encoded => Jpeg.Write(encoded, carrier, null, default, exif, default));
        fixed (byte* data = carrier.GetBuffer())
        {
            using var load = new VipsOperation("jpegload_buffer").Set("buffer", data, (nuint)carrier.Length);
            using var loaded = load.Run().TakeImage();
            load.Dispose();
            image.TakeFields(loaded, "exif-");
        }
    }
}
