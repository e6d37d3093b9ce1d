using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>GObject's tagged union, GValue: the way to hand an argument over without calling a variadic function.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Value
{
    private nuint _type;
    private ulong _data0;
    private ulong _data1;

    /// <summary>An empty value of a registered type; pair it with <see cref="Native.g_value_unset"/>.</summary>
    public static Value Of(nuint type)
    {
        var value = default(Value);
        Native.g_value_init(ref value, type);
        return value;
    }
}
