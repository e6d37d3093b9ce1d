using System.Runtime.InteropServices;
using Mezzotint.Imaging.Formats;
using Mezzotint.Imaging.Resampling;

namespace Mezzotint.Imaging;

/// <summary>
/// A picture in memory: samples of 8 or 16 bits, interleaved (H,W,C), upright, gamma-encoded as stored (sRGB where no profile says
/// otherwise), alpha last and not multiplied in; and the metadata that came with it. Pictures never change, so threads may share them;
/// they hold no native memory.
/// </summary>
/// <remarks>
/// One channel is grey, two are grey and alpha, three are red, green and blue, four the same and alpha, unless a file says that its
/// four have no alpha; five and more are the bands of a multispectral picture.
/// </remarks>
public sealed class Picture
{
    // Exactly one of them holds the samples: arrays are bounded in elements, so bytes would halve the largest 16-bit picture.
    private readonly byte[]? _samples8;
    private readonly ushort[]? _samples16;

    private Picture(Array samples, int width, int height, int channels, bool? hasAlpha, PictureMetadata? metadata)
    {
        _samples8 = samples as byte[];
        _samples16 = samples as ushort[];
        (Width, Height, Channels) = (width, height, channels);
        HasAlpha = hasAlpha ?? channels is 2 or 4;
        Metadata = metadata ?? PictureMetadata.None;
        if (!ProfileFits(Metadata.IccProfile.Span)) Metadata = Metadata with { IccProfile = default };
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Samples a pixel, alpha included.</summary>
    public int Channels { get; }

    /// <summary>Bits a sample: 8 or 16.</summary>
    public int BitDepth => _samples8 is not null ? 8 : 16;

    /// <summary>True when the last channel is opacity.</summary>
    public bool HasAlpha { get; }

    /// <summary>True when there is one channel beside alpha.</summary>
    public bool IsGrey => Channels - (HasAlpha ? 1 : 0) == 1;

    /// <summary>Pages or frames in the file that the picture was loaded from, of which it is the first; else 1.</summary>
    public int Pages { get; private init; } = 1;

    /// <summary>ICC profile, EXIF, XMP, density and texts.</summary>
    public PictureMetadata Metadata { get; private init; }

    /// <summary>The metadata's texts by their keywords.</summary>
    public IReadOnlyDictionary<string, string> Text => Metadata.Text;

    /// <summary>One sample, from 0 to 255 or 65535.</summary>
    /// <param name="x">Column, from the left.</param>
    /// <param name="y">Row, from the top.</param>
    /// <param name="channel">Channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public int this[int x, int y, int channel]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels, nameof(channel));
            var at = (((y * Width) + x) * Channels) + channel;
            return _samples8 is not null ? _samples8[at] : _samples16![at];
        }
    }

    internal int Samples => _samples8?.Length ?? _samples16!.Length;

    /// <summary>Loads a picture file: PNG, JPEG, WebP, TIFF, HEIF or AVIF, told by its first bytes and never by its name.</summary>
    /// <remarks>
    /// The EXIF orientation is applied to the pixels and reset in the metadata; palettes and 1, 2 and 4 bits are expanded to 8; CMYK
    /// and the CIE spaces become sRGB by their profiles; of a multi-page or animated file the first page is loaded
    /// (<see cref="Pages"/> tells how many there are).
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="limits">What to refuse from the header on; <see cref="PictureLimits.Default"/> when null.</param>
    /// <exception cref="PictureException">It is missing, empty, broken, cut short, too large or no picture of a known kind.</exception>
    public static Picture Load(string path, PictureLimits? limits = null) => PictureReader.Load(path, limits ?? PictureLimits.Default);

    /// <summary>Loads a picture from what is left of a stream; see <see cref="Load(string, PictureLimits?)"/>.</summary>
    /// <param name="stream">Read to its end, and left open.</param>
    /// <param name="limits">What to refuse from the header on.</param>
    /// <exception cref="PictureException">It is empty, broken, cut short, too large or no picture of a known kind.</exception>
    public static Picture Load(Stream stream, PictureLimits? limits = null) => PictureReader.Load(stream, limits ?? PictureLimits.Default);

    /// <summary>Loads a picture from a file's bytes; see <see cref="Load(string, PictureLimits?)"/>.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What to refuse from the header on.</param>
    /// <exception cref="PictureException">It is empty, broken, cut short, too large or no picture of a known kind.</exception>
    public static Picture Load(ReadOnlySpan<byte> file, PictureLimits? limits = null) =>
        PictureReader.Load(file, limits ?? PictureLimits.Default);

    /// <summary>Reads a picture file's header, decoding no pixel.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What to refuse.</param>
    /// <exception cref="PictureException">
    /// <see cref="Load(string, PictureLimits?)"/> would refuse the file too. (Damage among the pixels can go unseen here.)
    /// </exception>
    public static PictureHeader ReadHeader(string path, PictureLimits? limits = null) =>
        PictureReader.ReadHeader(path, limits ?? PictureLimits.Default);

    /// <summary>A picture of 8-bit samples, which are copied.</summary>
    /// <param name="samples">height x width x channels values, interleaved.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples a pixel, alpha included.</param>
    /// <param name="like">A picture whose metadata the new one carries on; its ICC profile only if that fits the channels.</param>
    /// <exception cref="ArgumentException">The sizes are not positive, or do not multiply to the number of samples.</exception>
    public static Picture FromSamples(ReadOnlySpan<byte> samples, int width, int height, int channels, Picture? like = null)
    {
        CheckSize(samples.Length, width, height, channels);
        return Wrap(samples.ToArray(), width, height, channels, AlphaLike(channels, like), like?.Metadata);
    }

    /// <summary>A picture of 16-bit samples, which are copied; see the overload for 8 bits.</summary>
    /// <param name="samples">height x width x channels values, interleaved.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples a pixel, alpha included.</param>
    /// <param name="like">A picture whose metadata the new one carries on; its ICC profile only if that fits the channels.</param>
    /// <exception cref="ArgumentException">The sizes are not positive, or do not multiply to the number of samples.</exception>
    public static Picture FromSamples(ReadOnlySpan<ushort> samples, int width, int height, int channels, Picture? like = null)
    {
        CheckSize(samples.Length, width, height, channels);
        return Wrap(samples.ToArray(), width, height, channels, AlphaLike(channels, like), like?.Metadata);
    }

    /// <summary>A picture whose samples are written where they will lie, which spares large ones a copy.</summary>
    /// <typeparam name="T">byte for 8 bits, ushort for 16.</typeparam>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples a pixel, alpha included.</param>
    /// <param name="like">A picture whose metadata the new one carries on; its ICC profile only if that fits the channels.</param>
    /// <param name="fill">Writes height x width x channels values, interleaved; the memory is not to be kept.</param>
    /// <exception cref="ArgumentException">The sizes are not positive or too large, or the type is neither.</exception>
    public static Picture Create<T>(int width, int height, int channels, Picture? like, Action<Memory<T>> fill)
        where T : unmanaged
    {
        if (typeof(T) != typeof(byte) && typeof(T) != typeof(ushort))
            throw new ArgumentException($"Samples are bytes or unsigned shorts, and not of {typeof(T)}.", nameof(fill));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)width * height * channels, Array.MaxLength, nameof(width));
        var samples = new T[width * height * channels];
        fill(samples);
        return Wrap(samples, width, height, channels, AlphaLike(channels, like), like?.Metadata);
    }

    /// <summary>A picture of samples in [0,1], rounded to the nearest of the depth's values; those outside are clamped.</summary>
    /// <param name="samples">height x width x channels values, interleaved.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples a pixel, alpha included.</param>
    /// <param name="bitDepth">8 or 16.</param>
    /// <param name="like">A picture whose metadata the new one carries on; its ICC profile only if that fits the channels.</param>
    /// <exception cref="ArgumentException">A sample is not a number, or the sizes or the depth are wrong.</exception>
    public static Picture FromFloats(
        ReadOnlySpan<float> samples, int width, int height, int channels, int bitDepth = 8, Picture? like = null)
    {
        CheckSize(samples.Length, width, height, channels);
        return Wrap(Quantisation.FromFloats(samples, bitDepth), width, height, channels, AlphaLike(channels, like), like?.Metadata);
    }

    /// <summary>Saves the picture in the format that the path's extension names. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="options">How to write it; <see cref="SaveOptions.Default"/> when null.</param>
    /// <remarks>16-bit samples are rounded to 8 for JPEG and WebP, and to 12 for HEIF and AVIF.</remarks>
    /// <exception cref="PictureException">
    /// The format cannot hold the picture (too large, alpha in a JPEG, more than four channels outside a TIFF), or this libvips cannot
    /// write it.
    /// </exception>
    /// <exception cref="PictureStorageException">The file cannot be written there, or the disk is full.</exception>
    public void Save(string path, SaveOptions? options = null) => PictureWriter.Save(this, path, options ?? SaveOptions.Default);

    /// <summary>
    /// Saves pictures as the frames of an animated WebP, which begins anew at its end. The file appears whole or not at all.
    /// </summary>
    /// <param name="frames">The frames, at least one, of one size and with the same channels; 16-bit samples are rounded to 8.</param>
    /// <param name="path">The file, named .webp; an existing one is replaced.</param>
    /// <param name="milliseconds">How long each is seen.</param>
    /// <param name="options">How to write it; <see cref="SaveOptions.Default"/> when null. No metadata is written.</param>
    /// <exception cref="ArgumentException">There is no frame, or they are not alike.</exception>
    /// <exception cref="PictureException">The name is another format's, the frames are too large or too many, or this libvips cannot write
    /// them.</exception>
    /// <exception cref="PictureStorageException">The file cannot be written there, or the disk is full.</exception>
    public static void SaveAnimation(IReadOnlyList<Picture> frames, string path, int milliseconds = 100, SaveOptions? options = null)
    {
        if (frames.Count == 0) throw new ArgumentException("An animation has at least one frame.", nameof(frames));
        if (frames.Any(frame => (frame.Width, frame.Height, frame.Channels) != (frames[0].Width, frames[0].Height, frames[0].Channels)))
            throw new ArgumentException("The frames of an animation have one size and the same channels.", nameof(frames));
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1);
        PictureWriter.SaveAnimation(frames, path, milliseconds, options ?? SaveOptions.Default);
    }

    /// <summary>Writes the picture to a stream; see <see cref="Save(string, SaveOptions?)"/>.</summary>
    /// <param name="stream">Left open. Nothing is written to it when the picture cannot be encoded.</param>
    /// <param name="format">The file format.</param>
    /// <param name="options">How to write it.</param>
    /// <exception cref="PictureException">The format cannot hold the picture, or this libvips cannot write it.</exception>
    public void Save(Stream stream, PictureFormat format, SaveOptions? options = null) =>
        PictureWriter.Save(this, stream, format, options ?? SaveOptions.Default);

    /// <summary>The samples divided by 255 or 65535: height x width x channels values in [0,1], interleaved.</summary>
    public float[] ToFloats()
    {
        var floats = new float[Samples];
        CopyTo(floats);
        return floats;
    }

    /// <summary>Writes the samples in [0,1] to a buffer of the caller's.</summary>
    /// <param name="samples">At least height x width x channels elements.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public void CopyTo(Span<float> samples)
    {
        CheckRoom(samples.Length);
        if (_samples8 is not null) Quantisation.ToFloats(_samples8, samples);
        else Quantisation.ToFloats(_samples16!, samples);
    }

    /// <summary>Writes the samples to a buffer of the caller's, those of a 16-bit picture rounded to 8 bits.</summary>
    /// <param name="samples">At least height x width x channels elements.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public void CopyTo(Span<byte> samples)
    {
        CheckRoom(samples.Length);
        if (_samples8 is not null) _samples8.CopyTo(samples);
        else Quantisation.Narrow(_samples16!, samples);
    }

    /// <summary>Writes the samples to a buffer of the caller's, those of an 8-bit picture widened to 16 bits (times 257).</summary>
    /// <param name="samples">At least height x width x channels elements.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public void CopyTo(Span<ushort> samples)
    {
        CheckRoom(samples.Length);
        if (_samples16 is not null) _samples16.CopyTo(samples);
        else Quantisation.Widen(_samples8!, samples);
    }

    /// <summary>Writes a rectangle's samples in [0,1] to a buffer of the caller's.</summary>
    /// <param name="x">Its first column.</param>
    /// <param name="y">Its first row.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="samples">At least height x width x channels elements.</param>
    /// <exception cref="ArgumentException">The buffer is too short, or the rectangle is empty or reaches beyond the picture.</exception>
    public void CopyTo(int x, int y, int width, int height, Span<float> samples)
    {
        CheckRectangle(x, y, width, height);
        var row = width * Channels;
        if (samples.Length < height * row)
            throw new ArgumentException($"The rectangle has {height * row} samples, and the buffer has room for {samples.Length}.", nameof(samples));
        for (var i = 0; i < height; i++)
        {
            var from = (((y + i) * Width) + x) * Channels;
            if (_samples8 is not null) Quantisation.ToFloats(_samples8.AsSpan(from, row), samples[(i * row)..]);
            else Quantisation.ToFloats(_samples16.AsSpan(from, row), samples[(i * row)..]);
        }
    }

    /// <summary>The same picture at another depth, samples scaled and rounded to the nearest.</summary>
    /// <param name="bitDepth">8 or 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is neither.</exception>
    public Picture WithBitDepth(int bitDepth)
    {
        Quantisation.CheckDepth(bitDepth);
        if (bitDepth == BitDepth) return this;
        if (bitDepth == 8)
        {
            var narrow = new byte[Samples];
            CopyTo(narrow);
            return Derive(narrow, Width, Height, Channels, HasAlpha);
        }

        var wide = new ushort[Samples];
        CopyTo(wide);
        return Derive(wide, Width, Height, Channels, HasAlpha);
    }

    /// <summary>The same picture with other metadata.</summary>
    /// <param name="metadata">An ICC profile in it is dropped if it does not fit the channels.</param>
    public Picture WithMetadata(PictureMetadata metadata) => new(Store, Width, Height, Channels, HasAlpha, metadata) { Pages = Pages };

    /// <summary>A rectangle of the picture.</summary>
    /// <param name="x">Its first column.</param>
    /// <param name="y">Its first row.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is empty, or reaches beyond the picture.</exception>
    public Picture Crop(int x, int y, int width, int height)
    {
        CheckRectangle(x, y, width, height);
        if (width == Width && height == Height) return this;
        return Derive(
            _samples8 is not null ? Cut(_samples8, x, y, width, height) : Cut(_samples16!, x, y, width, height),
            width, height, Channels, HasAlpha);
    }

    /// <summary>
    /// Resamples the picture as MATLAB's imresize does: widened kernels when it shrinks, edges mirrored, and samples rounded after each of
    /// the two passes, of which the one that shrinks more comes first, and the height where both shrink alike.
    /// </summary>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="kernel">The interpolation kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the result would have too many samples.</exception>
    public Picture Resize(int width, int height, ResizeKernel kernel = ResizeKernel.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (Int128)Math.Max(width, Width) * Math.Max(height, Height) * Channels, Array.MaxLength, nameof(width));
        if (width == Width && height == Height) return this;
        return Derive(
            _samples8 is not null
                ? Resampler.Resize(_samples8, Width, Height, Channels, width, height, kernel)
                : Resampler.Resize(_samples16!, Width, Height, Channels, width, height, kernel),
            width, height, Channels, HasAlpha);
    }

    /// <summary>Some rows of what <see cref="Resize"/> gives, the same to the bit, for those who cannot hold all of it.</summary>
    /// <param name="width">Columns of the whole result.</param>
    /// <param name="height">Rows of the whole result.</param>
    /// <param name="top">The first row wanted.</param>
    /// <param name="rows">How many are wanted.</param>
    /// <param name="kernel">The interpolation kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the rows are not the result's.</exception>
    public Picture ResizeRows(int width, int height, int top, int rows, ResizeKernel kernel = ResizeKernel.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)top, (uint)(height - rows), nameof(top));
        return Derive(
            _samples8 is not null
                ? Resampler.ResizeRows(_samples8, Width, Height, Channels, width, height, kernel, top, rows)
                : Resampler.ResizeRows(_samples16!, Width, Height, Channels, width, height, kernel, top, rows),
            width, rows, Channels, HasAlpha);
    }

    /// <summary>A grey picture as red, green and blue of equal value, alpha kept; one that is not grey is returned as it is.</summary>
    public Picture ToColour()
    {
        if (!IsGrey) return this;
        int[] order = HasAlpha ? [0, 0, 0, 1] : [0, 0, 0];
        return Derive(_samples8 is not null ? Pick(_samples8, order) : Pick(_samples16!, order), Width, Height, order.Length, HasAlpha);
    }

    /// <summary>
    /// A picture of red, green and blue as one of its brightness, Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), alpha kept; a grey one is
    /// returned as it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">Its channels are neither grey nor colour.</exception>
    public Picture ToGrey()
    {
        if (IsGrey) return this;
        if (Channels - (HasAlpha ? 1 : 0) != 3)
            throw new InvalidOperationException($"A picture of {Channels} channels that are no colours has no brightness; take one of its channels.");
        return Derive(_samples8 is not null ? Brightness(_samples8) : Brightness(_samples16!), Width, Height, Channels - 2, HasAlpha);
    }

    /// <summary>One channel as a grey picture.</summary>
    /// <param name="channel">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public Picture Channel(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels, nameof(channel));
        if (Channels == 1) return this;
        return Derive(_samples8 is not null ? Pick(_samples8, [channel]) : Pick(_samples16!, [channel]), Width, Height, 1, hasAlpha: false);
    }

    /// <summary>The picture without its alpha channel, laid over a plain grey; one without alpha is returned as it is.</summary>
    /// <param name="background">The grey behind it, from 0 (black) to 1 (white).</param>
    public Picture Flatten(float background = 1)
    {
        if (!HasAlpha) return this;
        return Derive(
            _samples8 is not null ? LayOver(_samples8, background) : LayOver(_samples16!, background),
            Width, Height, Channels - 1, hasAlpha: false);
    }

    /// <summary>The samples where they lie, for those who only read them; null in a 16-bit picture.</summary>
    internal byte[]? Samples8 => _samples8;

    /// <summary>The samples where they lie, for those who only read them; null in an 8-bit picture.</summary>
    internal ushort[]? Samples16 => _samples16;

    private Array Store => (Array?)_samples8 ?? _samples16!;

    /// <summary>A picture around an array that nobody else will write to.</summary>
    internal static Picture Wrap(
        Array samples, int width, int height, int channels, bool? hasAlpha, PictureMetadata? metadata, int pages = 1) =>
        new(samples, width, height, channels, hasAlpha, metadata) { Pages = pages };

    private Picture Derive(Array samples, int width, int height, int channels, bool hasAlpha) =>
        new(samples, width, height, channels, hasAlpha, Metadata) { Pages = Pages };

    private static bool? AlphaLike(int channels, Picture? like) => like?.Channels == channels ? like.HasAlpha : null;

    private static void CheckSize(int samples, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if ((Int128)width * height * channels != samples)
            throw new ArgumentException($"A picture of {width}x{height} with {channels} channels has "
                + $"{(Int128)width * height * channels} samples, and {samples} were given.", nameof(samples));
    }

    private void CheckRoom(int length)
    {
        if (length < Samples)
            throw new ArgumentException($"The picture has {Samples} samples, and the buffer has room for {length}.");
    }

    /// <summary>An ICC profile names its colour space in the header: it must be the one of these channels.</summary>
    private bool ProfileFits(ReadOnlySpan<byte> profile)
    {
        if (profile.IsEmpty) return true;
        if (profile.Length < 128) return false;
        var space = profile[16..20];
        return IsGrey ? space.SequenceEqual("GRAY"u8) : Channels - (HasAlpha ? 1 : 0) == 3 && space.SequenceEqual("RGB "u8);
    }

    private void CheckRectangle(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || width > Width - x || height > Height - y)
            throw new ArgumentOutOfRangeException(
                nameof(x), $"A crop of {width}x{height} at ({x}, {y}) does not lie in a picture of {Width}x{Height}.");
    }

    private T[] Cut<T>(T[] samples, int x, int y, int width, int height)
    {
        var cut = new T[width * height * Channels];
        var row = width * Channels;
        for (var i = 0; i < height; i++)
            samples.AsSpan((((y + i) * Width) + x) * Channels, row).CopyTo(cut.AsSpan(i * row));
        return cut;
    }

    private T[] Pick<T>(T[] samples, int[] order)
    {
        var picked = new T[checked((long)Width * Height * order.Length)];
        for (int from = 0, to = 0; from < samples.Length; from += Channels, to += order.Length)
            for (var c = 0; c < order.Length; c++)
                picked[to + c] = samples[from + order[c]];
        return picked;
    }

    private T[] Brightness<T>(T[] samples)
        where T : unmanaged
    {
        const double red = 0.299, green = 0.587, blue = 0.114;
        var grey = new T[Width * Height * (Channels - 2)];
        for (int from = 0, to = 0; from < samples.Length; from += Channels, to += Channels - 2)
        {
            var value = (red * Lanes.ToDouble(samples[from])) + (green * Lanes.ToDouble(samples[from + 1]))
                + (blue * Lanes.ToDouble(samples[from + 2]));
            grey[to] = Lanes.FromDouble<T>(Lanes.RoundOne<T>(value));
            if (HasAlpha) grey[to + 1] = samples[from + 3];
        }

        return grey;
    }

    private T[] LayOver<T>(T[] samples, float background)
        where T : unmanaged
    {
        var full = BitDepth == 8 ? 255.0 : 65535.0;
        var colours = Channels - 1;
        var flat = new T[Width * Height * colours];
        for (int from = 0, to = 0; from < samples.Length; from += Channels, to += colours)
        {
            var alpha = Lanes.ToDouble(samples[from + colours]) / full;
            for (var c = 0; c < colours; c++)
            {
                var value = (alpha * Lanes.ToDouble(samples[from + c])) + ((1 - alpha) * background * full);
                flat[to + c] = Lanes.FromDouble<T>(Lanes.RoundOne<T>(value));
            }
        }

        return flat;
    }
}
