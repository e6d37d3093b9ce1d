using System.Text;
using System.Text.RegularExpressions;

namespace Mezzotint.Imaging.Formats;

/// <summary>An XMP packet: XML text that may repeat the orientation which was applied to the pixels.</summary>
internal static partial class Xmp
{
    /// <summary>The packet with tiff:Orientation, if it has one, saying that the pixels stand upright.</summary>
    public static byte[] Upright(byte[] packet) =>
        packet.AsSpan().IndexOf("tiff:Orientation"u8) < 0
            ? packet
            : Encoding.Latin1.GetBytes(Orientation().Replace(Encoding.Latin1.GetString(packet), "${before}1"));

    [GeneratedRegex("""(?<before>tiff:Orientation\s*(=\s*["']|>)\s*)[2-8]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Orientation();
}
