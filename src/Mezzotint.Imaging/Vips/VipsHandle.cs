using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>One reference to a GObject of libvips, given back when disposed (or at the latest when collected).</summary>
internal abstract class VipsHandle : SafeHandle
{
    protected VipsHandle(nint instance) : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.g_object_unref(handle);
        return true;
    }
}
