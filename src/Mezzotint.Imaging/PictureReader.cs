using System.Drawing;
using Mezzotint.Imaging.Files;
using Mezzotint.Imaging.Formats;
using Mezzotint.Imaging.Vips;

namespace Mezzotint.Imaging;

/// <summary>From a file's bytes to a picture, or to one sentence that says why not.</summary>
internal static unsafe class PictureReader
{
    private const string InMemory = "The picture";

    /// <summary>What libvips gives an image whose file does not say.</summary>
    private static readonly (double, double) UnknownResolution = (1, 1);

    /// <summary>Opens the loader of that nickname stem ("png") on the bytes.</summary>
    private delegate VipsOperation Loader(string stem);

    public static Picture Load(string path, PictureLimits limits)
    {
        using var file = OpenFile(path);
        return Open(file, path, limits, stem => new VipsOperation(stem + "load").Set("filename", path), Decode);
    }

    public static PictureHeader ReadHeader(string path, PictureLimits limits)
    {
        using var file = OpenFile(path);
        return Open(file, path, limits, stem => new VipsOperation(stem + "load").Set("filename", path), Describe);
    }

    public static Picture Load(ReadOnlySpan<byte> file, PictureLimits limits)
    {
        fixed (byte* data = file)
            return Load(data, file.Length, InMemory, limits);
    }

    public static Picture Load(Stream stream, PictureLimits limits)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        fixed (byte* data = bytes.GetBuffer())
            return Load(data, (int)bytes.Length, stream is FileStream file ? file.Name : InMemory, limits);
    }

    private static Picture Load(byte* data, int length, string name, PictureLimits limits)
    {
        if (length == 0) throw Empty(name);
        using var bytes = new UnmanagedMemoryStream(data, length);
        return Open(bytes, name, limits, stem => new VipsOperation(stem + "load_buffer").Set("buffer", data, (nuint)length), Decode);
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new PictureException($"{path}: this is a folder, not a picture; name a file in it.");
            var info = new FileInfo(path);
            if (!info.Exists) throw new PictureException($"{path}: there is no such file; check the path.");
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
                throw new PictureException($"{path}: it is a link to a file that is not there; link it anew, or remove it.");
            if (InputFile.Length(path) == 0) throw Empty(path);
            return InputFile.Open(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PictureException(
                $"{path}: the file cannot be opened ({refused.Message.TrimEnd('.')}); check its permissions.", refused);
        }
    }

    private static T Open<T>(Stream bytes, string name, PictureLimits limits, Loader loader, Func<Source, T> use)
    {
        var head = new byte[PictureFormats.HeadBytes];
        head = head[..bytes.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        bytes.Position = 0;
        var format = PictureFormats.Sniff(head) ?? throw new PictureException(
            $"{name}: this is not a picture of a known format (PNG, JPEG, WebP, TIFF, HEIF, AVIF); convert it to one of them first.");
        var stem = format switch
        {
            PictureFormat.Avif => "heif",
            _ => format.ToString().ToLowerInvariant(),
        };

        var directory = format == PictureFormat.Tiff ? TiffDirectory.Read(bytes) : null;
        try
        {
            Libvips.Start();
            if (directory is { IsMixedUpForGood: true })
                throw new PictureException(
                    $"{name}: its channels lie in planes, which libvips does not read of such a TIFF; save it with a pixel's channels beside each other first "
                    + "(as 'gdal_translate -co INTERLEAVE=PIXEL' does).");
            if (!VipsOperation.Exists(stem + "load"))
                throw new PictureException(
                    $"{name}: the libvips of this machine cannot read {format.Name()}; install one that can, or convert the file to PNG.");
            if (format == PictureFormat.Png)
            {
                // libpng has a limit of its own, which would be reported as damage.
                var (width, height) = Png.ReadSize(head);
                CheckLimit(name, width, height, 1, limits);
            }

            try
            {
                // libjpeg only warns of data that it cannot decode, and goes on with grey.
                return Attempt(format == PictureFormat.Jpeg ? "warning" : "error");
            }
            catch (VipsException warning) when (format == PictureFormat.Jpeg && Jpeg.IsHarmless(warning.Message))
            {
                return Attempt("error");
            }
        }
        catch (VipsException) when (directory?.RareSample is { } sample)
        {
            throw Rangeless(name, sample);
        }
        catch (Exception damage) when (damage is VipsException or InvalidDataException)
        {
            throw new PictureException(
                damage is InvalidDataException
                    ? $"{name}: the {format.Name()} is damaged or cut short ({damage.Message}); get a whole copy of it."
                    : $"{name}: the {format.Name()} is damaged, cut short or of a rare kind; get a whole copy of it, or convert it to PNG.",
                damage);
        }
        catch (IOException failure)
        {
            throw new PictureException($"{name}: the file cannot be read ({failure.Message.TrimEnd('.')}); check the disk.", failure);
        }
        catch (DllNotFoundException missing)
        {
            throw new PictureException(missing.Message, missing);
        }
        finally
        {
            // libvips keeps buffers by thread, and threads of a pool live long.
            if (Libvips.IsStarted) Native.vips_thread_shutdown();
        }

        T Attempt(string failOn)
        {
            using var inPlanes = directory is { IsGreyInPlanes: true } ? new ReinterpretedTiff(bytes, directory) : null;
            bytes.Position = 0;
            using var operation = inPlanes is null ? loader(stem) : new VipsOperation(stem + "load_buffer").Set("buffer", inPlanes.Data, inPlanes.Length);
            using var image = operation.Set("access", "sequential").Set("fail_on", failOn).Run().TakeImage();
            operation.Dispose();
            CheckLimit(name, image.Width, image.Height, image.Bands, limits);
            if (inPlanes is null) return use(new Source(name, format, image, bytes));
            using var grey = new VipsOperation("copy")
                .Set("in", image).Set("interpretation", image.Format == SampleFormat.UInt16 ? "grey16" : "b-w");
            using var meant = grey.Run().TakeImage();
            grey.Dispose();
            return use(new Source(name, format, meant, bytes));
        }
    }

    private static PictureHeader Describe(Source source)
    {
        var png = Verify(source, pixelsToo: false);
        using var samples = ToSamples(source);
        var size = ReadOrientation(source, ReadExif(source, png)).Turn(new Size(samples.Width, samples.Height));
        return new PictureHeader(
            source.Format, size.Width, size.Height, samples.Bands, samples.Format == SampleFormat.UInt8 ? 8 : 16, HasAlpha(samples),
            source.Image.Pages)
        {
            IsCmyk = source.Image.Interpretation == Interpretation.Cmyk,
            HasProfile = source.Image.Has(VipsImage.IccProfile),
        };
    }

    private static Picture Decode(Source source)
    {
        using var samples = ToSamples(source);
        var png = Verify(source, pixelsToo: true);
        var exif = ReadExif(source, png);
        var orientation = ReadOrientation(source, exif);
        var upright = orientation.Turn(new Size(samples.Width, samples.Height));
        var image = source.Image;
        var converted = samples.Interpretation != image.Interpretation;
        var xmp = png?.Xmp ?? image.GetBlob(VipsImage.Xmp);
        var (across, down) = image.Resolution;
        var density = orientation.Quarters % 2 == 1 ? (down, across) : (across, down);
        var metadata = new PictureMetadata
        {
            // A converted picture has left the space that its profile describes.
            IccProfile = converted ? default(ReadOnlyMemory<byte>) : image.GetBlob(VipsImage.IccProfile),
            Exif = Exif.Upright(exif, upright.Width, upright.Height),
            Xmp = Xmp.Upright(xmp),
            Density = image.Resolution != UnknownResolution && across > 0 && down > 0 ? density : null,
            Text = png?.Text ?? PictureMetadata.None.Text,
        };
        Array pixels = samples.Format == SampleFormat.UInt8
            ? Upright<byte>(source.Name, samples, orientation)
            : Upright<ushort>(source.Name, samples, orientation);
        return Picture.Wrap(pixels, upright.Width, upright.Height, samples.Bands, HasAlpha(samples), metadata, image.Pages);
    }

    private static T[] Upright<T>(string name, VipsImage image, Orientation orientation)
        where T : unmanaged
    {
        var (width, height, channels) = (image.Width, image.Height, image.Bands);
        var count = (long)width * height * channels;
        try
        {
            var stored = GC.AllocateUninitializedArray<T>((int)Math.Min(count, int.MaxValue)); // which is more than an array may have
            image.CopyTo<T>(stored);
            if (orientation == default) return stored;
            var upright = new T[stored.Length];
            orientation.Turn<T>(stored, new Size(width, height), channels, upright);
            return upright;
        }
        catch (OutOfMemoryException exhausted)
        {
            throw new PictureException(
                $"{name}: {width}x{height} pixels of {channels} channels do not fit into memory; cut the picture into parts.", exhausted);
        }
    }

    /// <summary>What a decoder overlooks: whether the container is whole.</summary>
    private static PngMetadata? Verify(Source source, bool pixelsToo)
    {
        switch (source.Format)
        {
            case PictureFormat.Png:
                return Png.Read(source.Bytes, pixelsToo);
            case PictureFormat.Jpeg when pixelsToo:
                Jpeg.Check(source.Bytes);
                break;
            case PictureFormat.Webp:
                Riff.Check(source.Bytes);
                break;
            case PictureFormat.Heif or PictureFormat.Avif:
                IsoMedia.Check(source.Bytes);
                break;
        }

        return null;
    }

    private static byte[] ReadExif(Source source, PngMetadata? png) => png?.Exif ?? Exif.Normalise(source.Image.GetBlob(VipsImage.Exif));

    private static Orientation ReadOrientation(Source source, byte[] exif) => Orientation.OfExif(source.Format switch
    {
        // libheif turns the pixels itself, by the file's own transformations, which outrank EXIF.
        PictureFormat.Heif or PictureFormat.Avif => 1,
        PictureFormat.Tiff => source.Image.Orientation,
        _ => Exif.Orientation(exif),
    });

    /// <summary>The image in a colour space and with samples that a picture can have.</summary>
    private static VipsImage ToSamples(Source source)
    {
        var image = source.Image;
        var isInteger = image.Format is SampleFormat.UInt8 or SampleFormat.UInt16;
        switch (image.Interpretation)
        {
            case Interpretation.Cmyk when isInteger:
                {
                    using var transform = new VipsOperation("icc_transform")
                        .Set("in", image).Set("output_profile", "srgb").Set("input_profile", "cmyk").Set("embedded", true);
                    return transform.Run().TakeImage();
                }

            case Interpretation.Lab or Interpretation.LabQ or Interpretation.LabS:
                {
                    using var convert = new VipsOperation("colourspace").Set("in", image).Set("space", "srgb");
                    return convert.Run().TakeImage();
                }

            default:
                {
                    if (!isInteger)
                        throw Rangeless(source.Name, $"{image.Format}");
                    using var copy = new VipsOperation("copy").Set("in", image);
                    return copy.Run().TakeImage();
                }
        }
    }

    private static bool HasAlpha(VipsImage image) => image.Bands switch
    {
        2 => image.Interpretation is Interpretation.Grey or Interpretation.Grey16,
        4 => image.Interpretation is Interpretation.Srgb or Interpretation.Rgb or Interpretation.Rgb16,
        _ => false,
    };

    private static void CheckLimit(string name, long width, long height, int channels, PictureLimits limits)
    {
        var pixels = (Int128)width * height * ((channels + 3) / 4);
        if (pixels > limits.MaximumPixels)
            throw new PictureException(
                $"{name}: {width}x{height} pixels{(channels > 4 ? $" of {channels} channels" : "")} are more than the limit of "
                + $"{limits.MaximumPixels:N0}; raise the limit if you trust the file.");
    }

    private static PictureException Rangeless(string name, string type) => new(
        $"{name}: its samples are of type {type}, whose range no model knows; save it with unsigned 8- or 16-bit samples first, "
        + "stretched to all of their range (as 'gdal_translate -ot UInt16 -scale MIN MAX 0 65535' does), and keep MIN and MAX for the way back.");

    private static PictureException Empty(string name) => new($"{name}: the file is empty; get a whole copy of it.");

    /// <summary>A file whose header has been read.</summary>
    private sealed record Source(string Name, PictureFormat Format, VipsImage Image, Stream Bytes);
}
