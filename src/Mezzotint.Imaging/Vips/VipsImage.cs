using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>A picture as libvips sees it: a header, named metadata, and pixels that are computed on demand.</summary>
internal sealed unsafe class VipsImage : VipsHandle
{
    public const string IccProfile = "icc-profile-data";
    public const string Exif = "exif-data";
    public const string Xmp = "xmp-data";
    public const string Delay = "delay"; // of each frame, in milliseconds

    public VipsImage(nint instance) : base(instance)
    {
    }

    public int Width => Native.vips_image_get_width(this);

    public int Height => Native.vips_image_get_height(this);

    public int Bands => Native.vips_image_get_bands(this);

    public SampleFormat Format => (SampleFormat)Native.vips_image_get_format(this);

    public Interpretation Interpretation => (Interpretation)Native.vips_image_get_interpretation(this);

    /// <summary>Pixels per millimetre, across and down.</summary>
    public (double X, double Y) Resolution => (Native.vips_image_get_xres(this), Native.vips_image_get_yres(this));

    public int Pages => Native.vips_image_get_n_pages(this);

    public int Orientation => Native.vips_image_get_orientation(this);

    /// <summary>Wraps memory that the caller keeps in place for as long as the image lives.</summary>
    public static VipsImage Over(void* samples, nuint bytes, int width, int height, int bands, SampleFormat format)
    {
        Libvips.Start();
        var instance = Native.vips_image_new_from_memory(samples, bytes, width, height, bands, (int)format);
        return instance != 0 ? new VipsImage(instance) : throw Libvips.TakeError();
    }

    public bool Has(string field) => Native.vips_image_get_typeof(this, field) != 0;

    /// <summary>A copy of the bytes of a metadata field, or none.</summary>
    public byte[] GetBlob(string field) =>
        Has(field) && Native.vips_image_get_blob(this, field, out var data, out var length) == 0 && length <= int.MaxValue
            ? new ReadOnlySpan<byte>((void*)data, (int)length).ToArray()
            : [];

    /// <summary>Sets a metadata field; no bytes, no field.</summary>
    public void SetBlob(string field, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        fixed (byte* data = bytes)
            Native.vips_image_set_blob_copy(this, field, data, (nuint)bytes.Length);
    }

    /// <summary>Sets a metadata field of whole numbers.</summary>
    public void SetNumbers(string field, ReadOnlySpan<int> numbers)
    {
        fixed (int* values = numbers)
            Native.vips_image_set_array_int(this, field, values, numbers.Length);
    }

    /// <summary>Copies every metadata field whose name starts with <paramref name="prefix"/> from another image.</summary>
    public void TakeFields(VipsImage source, string prefix)
    {
        var fields = Native.vips_image_get_fields(source);
        for (var field = (nint*)fields; *field != 0; field++)
        {
            if (!Marshal.PtrToStringUTF8(*field)!.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var value = default(Value);
            if (Native.vips_image_get(source, *field, ref value) != 0) throw Libvips.TakeError();
            Native.vips_image_set(this, *field, ref value);
            Native.g_value_unset(ref value);
        }

        Native.g_strfreev(fields);
    }

    /// <summary>Computes the image in strips, top to bottom, and writes its samples, interleaved, to <paramref name="samples"/>.</summary>
    public void CopyTo<T>(Span<T> samples)
        where T : unmanaged
    {
        const long StripBytes = 8 << 20;
        const int StripRows = 512; // the loaders' cache of lines searches itself line by line: a strip of all lines of a narrow picture took their square
        var (width, height) = (Width, Height);
        var rowSamples = checked(width * Bands);
        var rows = (int)Math.Clamp(StripBytes / ((long)rowSamples * sizeof(T)), 1, Math.Min(StripRows, height));
        using var region = new VipsRegion(this);
        for (var top = 0; top < height; top += rows)
        {
            var count = Math.Min(rows, height - top);
            var strip = Native.vips_region_fetch(region, 0, top, width, count, out var bytes);
            if (strip == 0) throw Libvips.TakeError();
            if (bytes != (nuint)count * (nuint)rowSamples * (nuint)sizeof(T))
                throw new VipsException("the decoder gave a strip of another size than it announced");
            new ReadOnlySpan<T>((void*)strip, count * rowSamples).CopyTo(samples[(top * rowSamples)..]);
            Native.g_free(strip);
        }
    }
}
