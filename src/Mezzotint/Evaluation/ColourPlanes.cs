using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>
/// A picture's channels, one after another, as numbers from 0 to 255 (16 bits are divided by 257), without alpha and without a border:
/// what scores are computed from.
/// </summary>
internal sealed class ColourPlanes
{
    private readonly double[][] _planes;

    private ColourPlanes(double[][] planes, int width, int height)
    {
        _planes = planes;
        (Width, Height) = (width, height);
    }

    public int Width { get; }

    public int Height { get; }

    public int Count => _planes.Length;

    public ReadOnlySpan<double> this[int channel] => _planes[channel];

    /// <summary>
    /// The inner part of a picture's upper left <paramref name="width"/> x <paramref name="height"/> pixels, a border left out on every
    /// side.
    /// </summary>
    public static ColourPlanes Of(Picture picture, int width, int height, int border)
    {
        const double to8Bits = 257;
        ushort[] samples = new ushort[picture.Width * picture.Height * picture.Channels];
        picture.CopyTo(samples); // 8 bits are widened by exactly 257
        int inWidth = width - 2 * border, inHeight = height - 2 * border;
        double[][] planes = new double[picture.Channels - (picture.HasAlpha ? 1 : 0)][];
        for (int channel = 0; channel < planes.Length; channel++)
        {
            double[] plane = planes[channel] = new double[inWidth * inHeight];
            for (int y = 0; y < inHeight; y++)
            {
                int from = ((y + border) * picture.Width + border) * picture.Channels + channel;
                for (int x = 0; x < inWidth; x++)
                    plane[y * inWidth + x] = samples[from + x * picture.Channels] / to8Bits;
            }
        }
        return new ColourPlanes(planes, inWidth, inHeight);
    }

    /// <summary>A grey picture as three equal channels, to compare it with one in colour.</summary>
    public ColourPlanes ToColour() => Count == 1 ? new ColourPlanes([_planes[0], _planes[0], _planes[0]], Width, Height) : this;

    /// <summary>Y = 16 + 65.481 R + 128.553 G + 24.966 B with R, G, B in [0,1], unrounded; of a grey picture the grey itself.</summary>
    public double[] Luma()
    {
        if (Count == 1)
            return _planes[0];
        double[] luma = new double[Width * Height];
        for (int i = 0; i < luma.Length; i++)
            luma[i] = 16 + (65.481 * _planes[0][i] + 128.553 * _planes[1][i] + 24.966 * _planes[2][i]) / 255;
        return luma;
    }
}
