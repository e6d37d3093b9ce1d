namespace Mezzotint.Imaging.Vips;

/// <summary>A window on an image's pixels, which are computed when they are asked for.</summary>
internal sealed class VipsRegion(VipsImage image) : VipsHandle(Native.vips_region_new(image));
