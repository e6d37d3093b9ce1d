using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>
/// The functions of libvips, GObject and GLib that this house calls, under their own names. None is variadic: the calling convention of a
/// variadic function differs from platform to platform (on Apple's arm64 even the registers do).
/// </summary>
internal static unsafe partial class Native
{
    public const string Vips = "vips";
    public const string GObject = "gobject";
    public const string GLib = "glib";

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_init(string program);

    [LibraryImport(Vips)]
    public static partial int vips_version(int part);

    [LibraryImport(Vips)]
    public static partial void vips_block_untrusted_set(int state);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_operation_block_set(string className, int state);

    [LibraryImport(Vips)]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(Vips)]
    public static partial void vips_thread_shutdown();

    [LibraryImport(Vips)]
    public static partial int vips_tracked_get_allocs();

    [LibraryImport(Vips)]
    public static partial nuint vips_tracked_get_mem();

    [LibraryImport(Vips)]
    public static partial int vips_tracked_get_files();

    [LibraryImport(Vips)]
    public static partial nint vips_error_buffer_copy();

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint vips_operation_new(string nickname);

    [LibraryImport(Vips)]
    public static partial int vips_object_build(nint instance);

    [LibraryImport(Vips)]
    public static partial void vips_object_unref_outputs(nint instance);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_object_set_argument_from_string(nint instance, string name, string value);

    [LibraryImport(Vips)]
    public static partial nuint vips_image_get_type();

    [LibraryImport(Vips)]
    public static partial nuint vips_blob_get_type();

    [LibraryImport(Vips)]
    public static partial void vips_value_set_blob(ref Value value, nint free, void* data, nuint length);

    [LibraryImport(Vips)]
    public static partial nint vips_value_get_blob(in Value value, out nuint length);

    [LibraryImport(Vips)]
    public static partial nint vips_image_new_from_memory(void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_width(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_height(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_bands(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_format(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_interpretation(VipsImage image);

    [LibraryImport(Vips)]
    public static partial double vips_image_get_xres(VipsImage image);

    [LibraryImport(Vips)]
    public static partial double vips_image_get_yres(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_n_pages(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get_orientation(VipsImage image);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint vips_image_get_typeof(VipsImage image, string name);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_image_get_blob(VipsImage image, string name, out nint data, out nuint length);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_image_set_blob_copy(VipsImage image, string name, void* data, nuint length);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_image_set_array_int(VipsImage image, string name, int* values, int count);

    [LibraryImport(Vips)]
    public static partial nint vips_image_get_fields(VipsImage image);

    [LibraryImport(Vips)]
    public static partial int vips_image_get(VipsImage image, nint name, ref Value value);

    [LibraryImport(Vips)]
    public static partial void vips_image_set(VipsImage image, nint name, ref Value value);

    [LibraryImport(Vips)]
    public static partial nint vips_region_new(VipsImage image);

    [LibraryImport(Vips)]
    public static partial nint vips_region_fetch(VipsRegion region, int left, int top, int width, int height, out nuint length);

    [LibraryImport(GObject)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_set_property(nint instance, string name, in Value value);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_get_property(nint instance, string name, ref Value value);

    [LibraryImport(GObject)]
    public static partial void g_value_init(ref Value value, nuint type);

    [LibraryImport(GObject)]
    public static partial void g_value_unset(ref Value value);

    [LibraryImport(GObject)]
    public static partial void g_value_set_object(ref Value value, nint instance);

    [LibraryImport(GObject)]
    public static partial nint g_value_dup_object(in Value value);

    [LibraryImport(GLib)]
    public static partial void g_free(nint memory);

    [LibraryImport(GLib)]
    public static partial void g_strfreev(nint strings);

    [LibraryImport(GLib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint g_log_set_handler(
        string domain, int levels, delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler, nint data);
}
