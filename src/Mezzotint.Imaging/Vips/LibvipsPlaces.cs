using System.Runtime.InteropServices;

namespace Mezzotint.Imaging.Vips;

/// <summary>Where libvips is looked for on a system, and what to do where it is not there.</summary>
/// <param name="Library">The file that is looked for.</param>
/// <param name="Folders">Folders in which it is looked for beside where the system's loader looks; each ends in a separator.</param>
/// <param name="Loader">Where the system's loader looks, in words.</param>
/// <param name="Install">How to install it, in words.</param>
internal sealed record LibvipsPlaces(string Library, IReadOnlyList<string> Folders, string Loader, string Install)
{
    /// <summary>Those of the system that runs.</summary>
    public static LibvipsPlaces Here { get; } = For(
        OperatingSystem.IsMacOS() ? OSPlatform.OSX : OperatingSystem.IsWindows() ? OSPlatform.Windows : OSPlatform.Linux);

    /// <summary>Those of a system.</summary>
    public static LibvipsPlaces For(OSPlatform system) =>
        system == OSPlatform.OSX ? new("libvips.42.dylib", ["/opt/homebrew/lib/", "/usr/local/lib/"],
            "beside the program", "install it with 'brew install vips'")
        : system == OSPlatform.Windows ? new("libvips-42.dll", [],
            "beside the program and in the folders of PATH",
            "unpack a vips-dev-w64-web release of https://github.com/libvips/build-win64-mxe/releases and put its bin folder on PATH")
        : new("libvips.so.42", [],
            "where the system's loader looks (LD_LIBRARY_PATH and /etc/ld.so.conf)",
            "install it with 'sudo apt-get install libvips42' on Debian and Ubuntu, or as the package vips or libvips elsewhere");

    /// <summary>One sentence for a user who lacks it.</summary>
    /// <param name="reason">What the system said, or null.</param>
    public string Missing(string? reason = null) =>
        $"Reading and writing pictures needs libvips 8.13 or later, and no usable {Library} was found "
        + string.Join(" or in ", (string[])[Loader, .. Folders]) + (reason is null ? "" : $" ({reason.TrimEnd('.').ReplaceLineEndings(" ")})")
        + $": {Install}.";
}
