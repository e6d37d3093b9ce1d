using System.Runtime.Intrinsics;

namespace Mezzotint.Data;

/// <summary>
/// What saving as JPEG and loading again does to a picture: colour apart from brightness and (below quality 90) at half the resolution,
/// cosine transforms of blocks; of a picture that is not of three channels, each for itself, as a codec has grey, coefficients rounded to
/// multiples (ITU-T T.81, its tables of Annex K scaled as libjpeg does). The rest of a codec loses nothing, so it is left out.
/// </summary>
internal sealed class DegradationJpeg
{
    /// <summary>From this quality on, colour keeps its resolution, as libvips has it.</summary>
    public const int FullColourQuality = 90;

    /// <summary>Blocks begin at one of so many places each way.</summary>
    public const int Phases = 16;

    private const int Side = 8;
    private const int Colours = 3;

    private static readonly int[] Brightness =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly int[] Colour =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    // [frequency, place], orthonormal; and the other way round.
    private static readonly float[] Cosines =
        [.. from f in Enumerable.Range(0, Side) from p in Enumerable.Range(0, Side) select Cosine(f, p)];
    private static readonly float[] Turned =
        [.. from p in Enumerable.Range(0, Side) from f in Enumerable.Range(0, Side) select Cosine(f, p)];

    private readonly float[] _steps = new float[Side * Side], _block = new float[Side * Side], _product = new float[Side * Side];
    private float[] _y = [], _cb = [], _cr = [];

    /// <param name="canvas">The picture, which comes back rounded to 8 bits.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="left">How many columns before the picture the first block begins.</param>
    /// <param name="top">How many rows before it.</param>
    public void Apply(DegradationCanvas canvas, int quality, int left, int top)
    {
        if (canvas.Channels != Colours)
        {
            for (int channel = 0; channel < canvas.Channels; channel++) ApplyGrey(canvas, channel, quality, left % Side, top % Side);
            return;
        }

        bool halved = quality < FullColourQuality;
        int unit = halved ? 2 * Side : Side;
        int width = (canvas.Width + left + unit - 1) / unit * unit, height = (canvas.Height + top + unit - 1) / unit * unit;
        if (_y.Length < width * height) (_y, _cb, _cr) = (new float[width * height], new float[width * height], new float[width * height]);
        Part(canvas, width, height, left, top);
        int half = halved ? 2 : 1;
        if (halved)
        {
            Halve(_cb, width, height);
            Halve(_cr, width, height);
        }

        Scale(Brightness, quality);
        Code(_y, width, height);
        Scale(Colour, quality);
        Code(_cb, width / half, height / half);
        Code(_cr, width / half, height / half);
        Join(canvas, width, height, left, top, halved);
    }

    private void ApplyGrey(DegradationCanvas canvas, int channel, int quality, int left, int top)
    {
        int width = (canvas.Width + left + Side - 1) / Side * Side, height = (canvas.Height + top + Side - 1) / Side * Side;
        if (_y.Length < width * height) (_y, _cb, _cr) = (new float[width * height], new float[width * height], new float[width * height]);
        Span<float> samples = canvas.Samples;
        for (int y = 0, to = 0; y < height; y++)
        {
            int row = Math.Clamp(y - top, 0, canvas.Height - 1) * canvas.Width;
            for (int x = 0; x < width; x++, to++)
                _y[to] = DegradationCanvas.Round(samples[(row + Math.Clamp(x - left, 0, canvas.Width - 1)) * canvas.Channels + channel]) - 128;
        }

        Scale(Brightness, quality);
        Code(_y, width, height);
        for (int y = 0; y < canvas.Height; y++)
            for (int x = 0; x < canvas.Width; x++)
                samples[(y * canvas.Width + x) * canvas.Channels + channel] = DegradationCanvas.Round(_y[(y + top) * width + x + left] + 128);
    }

    private static float Cosine(int frequency, int place) =>
        (float)(Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Side) * Math.Cos((2 * place + 1) * frequency * Math.PI / (2 * Side)));

    /// <summary>To brightness and colour, centred on zero; beyond the edges the last pixel is repeated.</summary>
    private void Part(DegradationCanvas canvas, int width, int height, int left, int top)
    {
        Span<float> samples = canvas.Samples;
        for (int y = 0, to = 0; y < height; y++)
        {
            int row = Math.Clamp(y - top, 0, canvas.Height - 1) * canvas.Width;
            for (int x = 0; x < width; x++, to++)
            {
                int from = (row + Math.Clamp(x - left, 0, canvas.Width - 1)) * Colours;
                float red = DegradationCanvas.Round(samples[from]), green = DegradationCanvas.Round(samples[from + 1]);
                float blue = DegradationCanvas.Round(samples[from + 2]);
                _y[to] = DegradationCanvas.Round(0.299f * red + 0.587f * green + 0.114f * blue) - 128;
                _cb[to] = DegradationCanvas.Round(128 - 0.168736f * red - 0.331264f * green + 0.5f * blue) - 128;
                _cr[to] = DegradationCanvas.Round(128 + 0.5f * red - 0.418688f * green - 0.081312f * blue) - 128;
            }
        }
    }

    /// <summary>The means of two by two, at the beginning of the same array: each is written where all has been read.</summary>
    private static void Halve(float[] plane, int width, int height)
    {
        for (int y = 0, to = 0; y < height; y += 2)
        {
            for (int x = 0; x < width; x += 2, to++)
            {
                int from = y * width + x;
                float up = (x & 2) == 0 ? 0.25f : 0.5f; // halves go down and up by turns, as in libjpeg, so that no colour drifts
                plane[to] = MathF.Floor((plane[from] + plane[from + 1] + plane[from + width] + plane[from + width + 1]) / 4 + up);
            }
        }
    }

    private void Scale(int[] table, int quality)
    {
        int percent = quality < 50 ? 5_000 / quality : 200 - 2 * quality;
        for (int i = 0; i < table.Length; i++) _steps[i] = Math.Clamp((table[i] * percent + 50) / 100, 1, 255);
    }

    private void Code(float[] plane, int width, int height)
    {
        for (int top = 0; top < height; top += Side)
        {
            for (int left = 0; left < width; left += Side)
            {
                int corner = top * width + left;
                for (int y = 0; y < Side; y++) plane.AsSpan(corner + y * width, Side).CopyTo(_block.AsSpan(y * Side));
                Multiply(Cosines, _block, _product);
                Multiply(_product, Turned, _block);
                for (int i = 0; i < _block.Length; i++)
                    _block[i] = MathF.Round(_block[i] / _steps[i], MidpointRounding.AwayFromZero) * _steps[i];
                Multiply(Turned, _block, _product);
                Multiply(_product, Cosines, _block);
                for (int i = 0; i < _block.Length; i++)
                {
                    // A decoder's samples are bytes before they are colours.
                    plane[corner + i / Side * width + i % Side] = Math.Clamp(MathF.Floor(_block[i] + 0.5f), -128, 127);
                }
            }
        }
    }

    private static void Multiply(float[] a, float[] b, float[] product)
    {
        for (int i = 0; i < Side * Side; i += Side)
        {
            var sum = Vector256<float>.Zero;
            for (int k = 0; k < Side; k++) sum += Vector256.Create(a[i + k]) * Vector256.LoadUnsafe(ref b[k * Side]);
            sum.StoreUnsafe(ref product[i]);
        }
    }

    private void Join(DegradationCanvas canvas, int width, int height, int left, int top, bool halved)
    {
        Span<float> samples = canvas.Samples;
        for (int y = 0, to = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++, to += Colours)
            {
                int at = (y + top) * width + x + left;
                float bright = _y[at] + 128;
                float cb = halved ? Between(_cb, width / 2, height / 2, x + left, y + top) : _cb[at];
                float cr = halved ? Between(_cr, width / 2, height / 2, x + left, y + top) : _cr[at];
                samples[to] = DegradationCanvas.Round(bright + 1.402f * cr);
                samples[to + 1] = DegradationCanvas.Round(bright - 0.344136f * cb - 0.714136f * cr);
                samples[to + 2] = DegradationCanvas.Round(bright + 1.772f * cb);
            }
        }
    }

    /// <summary>Colour between the pixels of half the resolution: three parts of the nearer and one of the farther, each way.</summary>
    private static float Between(float[] plane, int width, int height, int x, int y)
    {
        int nearX = x >> 1, nearY = y >> 1;
        int farX = Math.Clamp((x & 1) == 0 ? nearX - 1 : nearX + 1, 0, width - 1);
        int farY = Math.Clamp((y & 1) == 0 ? nearY - 1 : nearY + 1, 0, height - 1);
        float near = 3 * plane[nearY * width + nearX] + plane[nearY * width + farX];
        float far = 3 * plane[farY * width + nearX] + plane[farY * width + farX];
        return MathF.Floor((3 * near + far + ((x & 1) == 0 ? 8 : 7)) / 16);
    }
}
