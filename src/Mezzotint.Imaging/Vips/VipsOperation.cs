using System.Globalization;
using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>One call of a libvips operation: name it, set its arguments, run it, take its results.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private nint _instance;

    /// <summary>Looks the operation up by its nickname ("pngload_buffer").</summary>
    /// <exception cref="VipsException">This libvips was built without it.</exception>
    public VipsOperation(string nickname)
    {
        Libvips.Start();
        _instance = Native.vips_operation_new(nickname);
        if (_instance == 0) throw Libvips.TakeError();
    }

    /// <summary>True when this libvips was built with the operation.</summary>
    public static bool Exists(string nickname)
    {
        try
        {
            using var operation = new VipsOperation(nickname);
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }

    public VipsOperation Set(string name, string value) =>
        Native.vips_object_set_argument_from_string(_instance, name, value) == 0 ? this : throw Libvips.TakeError();

    public VipsOperation Set(string name, int value) => Set(name, value.ToString(CultureInfo.InvariantCulture));

    public VipsOperation Set(string name, double value) => Set(name, value.ToString("R", CultureInfo.InvariantCulture));

    public VipsOperation Set(string name, bool value) => Set(name, value ? "true" : "false");

    public VipsOperation Set(string name, VipsImage image)
    {
        var value = Value.Of(Native.vips_image_get_type());
        Native.g_value_set_object(ref value, image.DangerousGetHandle());
        Native.g_object_set_property(_instance, name, value);
        Native.g_value_unset(ref value);
        GC.KeepAlive(image);
        return this;
    }

    /// <summary>Hands bytes over, uncopied: the caller keeps them in place until every image made from them is disposed.</summary>
    public VipsOperation Set(string name, byte* data, nuint length)
    {
        var value = Value.Of(Native.vips_blob_get_type());
        Native.vips_value_set_blob(ref value, 0, data, length);
        Native.g_object_set_property(_instance, name, value);
        Native.g_value_unset(ref value);
        return this;
    }

    public VipsOperation Run() => Native.vips_object_build(_instance) == 0 ? this : throw Libvips.TakeError();

    /// <summary>The image that the operation made.</summary>
    public VipsImage TakeImage(string name = "out")
    {
        var value = Value.Of(Native.vips_image_get_type());
        Native.g_object_get_property(_instance, name, ref value);
        var image = new VipsImage(Native.g_value_dup_object(value));
        Native.g_value_unset(ref value);
        return image;
    }

    /// <summary>Writes the encoded bytes that the operation made to a stream.</summary>
    public void CopyBlobTo(Action<UnmanagedMemoryStream> read, string name = "buffer")
    {
        var value = Value.Of(Native.vips_blob_get_type());
        Native.g_object_get_property(_instance, name, ref value);
        try
        {
            var data = Native.vips_value_get_blob(value, out var length);
            using var bytes = new UnmanagedMemoryStream((byte*)data, checked((long)length));
            read(bytes);
        }
        finally
        {
            Native.g_value_unset(ref value);
        }
    }

    public void Dispose()
    {
        if (_instance == 0) return;
        Native.vips_object_unref_outputs(_instance);
        Native.g_object_unref(_instance);
        _instance = 0;
    }
}
