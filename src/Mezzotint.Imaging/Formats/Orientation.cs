namespace Mezzotint.Imaging.Formats;

/// <summary>
/// The eight ways EXIF says that stored pixels are to be turned and mirrored before they are shown. An upright picture is read off the
/// stored one along two strides.
/// </summary>
internal static class Orientation
{
    /// <summary>True when rows become columns.</summary>
    public static bool SwapsAxes(int orientation) => orientation >= 5;

    /// <summary>The upright samples of a stored H,W,C picture.</summary>
    public static T[] Apply<T>(ReadOnlySpan<T> stored, int width, int height, int channels, int orientation)
        where T : unmanaged
    {
        var mirroredColumns = orientation is 2 or 3 or 7 or 8;
        var mirroredRows = orientation is 3 or 4 or 6 or 7;
        var swap = SwapsAxes(orientation);
        var (outWidth, outHeight) = swap ? (height, width) : (width, height);
        var upright = new T[stored.Length];
        for (var y = 0; y < outHeight; y++)
        {
            var to = upright.AsSpan(y * outWidth * channels, outWidth * channels);
            for (var x = 0; x < outWidth; x++)
            {
                var (column, row) = swap ? (y, x) : (x, y);
                if (mirroredColumns) column = width - 1 - column;
                if (mirroredRows) row = height - 1 - row;
                stored.Slice(((row * width) + column) * channels, channels).CopyTo(to[(x * channels)..]);
            }
        }

        return upright;
    }
}
