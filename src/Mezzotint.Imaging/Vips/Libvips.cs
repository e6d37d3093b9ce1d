using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>
/// The library as a whole: found, started once, silenced, and closed to every loader but those of the formats we read. (Blocking is
/// a setting of the process; another user of libvips in the same process lives under it too.)
/// </summary>
internal static unsafe class Libvips
{
    private static readonly string[] AllowedLoaders =
        ["VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadWebp", "VipsForeignLoadTiff", "VipsForeignLoadHeif"];

    private static readonly Lazy<bool> Started = new(StartOnce);

    /// <summary>Finds and starts libvips if nobody did yet.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips of version 8.13 or later; the message says how to install it.</exception>
    public static void Start() => _ = Started.Value;

    /// <summary>True when <see cref="Start"/> has succeeded.</summary>
    public static bool IsStarted => Started is { IsValueCreated: true, Value: true };

    /// <summary>What libvips has said since the last time it was asked; its error buffer is left empty.</summary>
    public static VipsException TakeError()
    {
        var text = Native.vips_error_buffer_copy();
        var message = Marshal.PtrToStringUTF8(text)?.Trim().ReplaceLineEndings("; ");
        Native.g_free(text);
        return new VipsException(string.IsNullOrEmpty(message) ? "libvips gave no reason" : message);
    }

    private static bool StartOnce()
    {
        NativeLibrary.SetDllImportResolver(typeof(Libvips).Assembly, Resolve);
        try
        {
            // Warnings would otherwise go to standard error, which belongs to the program that uses us.
            Native.g_log_set_handler("VIPS", ~0, &Ignore, 0);
            if (Native.vips_init("mezzotint") != 0) throw new DllNotFoundException($"libvips did not start ({TakeError().Message}).");
            Native.vips_block_untrusted_set(1);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            // Of a library that is nowhere, the system's words are a list of all names that were tried.
            string? reason = missing is DllNotFoundException && !missing.Message.StartsWith("libvips", StringComparison.Ordinal)
                ? null : missing.Message;
            throw new DllNotFoundException(LibvipsPlaces.Here.Missing(reason), missing);
        }

        Native.vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var loader in AllowedLoaders) Native.vips_operation_block_set(loader, 0);
        // Pictures are rarely loaded twice in a row, and a cached operation would hold files and memory.
        Native.vips_cache_set_max(0);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string[] candidates = name switch
        {
            Native.Vips => ["libvips.so.42", "libvips.42.dylib", "libvips-42.dll", "vips"],
            // A libvips that has GObject and GLib linked into it gives their functions too.
            Native.GObject =>
                ["libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll", "libvips.42.dylib", "libvips-42.dll"],
            Native.GLib => ["libglib-2.0.so.0", "libglib-2.0.0.dylib", "libglib-2.0-0.dll", "libvips.42.dylib", "libvips-42.dll"],
            _ => [],
        };
        foreach (var folder in (string[])["", .. LibvipsPlaces.Here.Folders])
            foreach (var candidate in candidates)
                if (NativeLibrary.TryLoad(folder + candidate, assembly, path, out var library))
                    return library;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(nint domain, int level, nint message, nint data)
    {
    }
}
