namespace Mezzotint.Data;

/// <summary>
/// Resizing as other programs do it, in floating point, each axis by a kernel that widens when the picture shrinks. (The nearest pixel is
/// not among the kernels: it moves the picture by half a pixel, and a network that learns from it moves it back.)
/// </summary>
internal static class DegradationResize
{
    private const int MostTaps = 256;

    public enum Kernel
    {
        /// <summary>Each new pixel is the mean over its area; when a picture grows, <see cref="Bilinear"/>.</summary>
        Area,

        /// <summary>A triangle.</summary>
        Bilinear,

        /// <summary>Keys' cubic with a = -1/2.</summary>
        Bicubic,
    }

    public static readonly int Kernels = Enum.GetValues<Kernel>().Length;

    public static void Apply(DegradationCanvas canvas, int width, int height, Kernel kernel)
    {
        if (height != canvas.Height) Rows(canvas, height, kernel);
        if (width != canvas.Width) Columns(canvas, width, kernel);
    }

    private static void Rows(DegradationCanvas canvas, int height, Kernel kernel)
    {
        Span<float> weights = stackalloc float[MostTaps], from = canvas.Samples, to = canvas.Spare(canvas.Width, height);
        to.Clear();
        int row = canvas.Row;
        for (int y = 0; y < height; y++)
        {
            var (first, taps) = Weights(y, canvas.Height, height, kernel, weights);
            for (int k = 0; k < taps; k++)
            {
                int source = DegradationCanvas.Mirror(first + k, canvas.Height);
                DegradationCanvas.Add(from.Slice(source * row, row), weights[k], to.Slice(y * row, row));
            }
        }

        canvas.Take(canvas.Width, height);
    }

    private static void Columns(DegradationCanvas canvas, int width, Kernel kernel)
    {
        Span<float> weights = stackalloc float[MostTaps], from = canvas.Samples, to = canvas.Spare(width, canvas.Height);
        Span<int> places = stackalloc int[MostTaps];
        int row = canvas.Row, channels = canvas.Channels;
        for (int x = 0; x < width; x++)
        {
            var (first, taps) = Weights(x, canvas.Width, width, kernel, weights);
            for (int k = 0; k < taps; k++) places[k] = DegradationCanvas.Mirror(first + k, canvas.Width) * channels;
            for (int y = 0; y < canvas.Height; y++)
            {
                ReadOnlySpan<float> line = from.Slice(y * row, row);
                Span<float> result = to.Slice((y * width + x) * channels, channels);
                if (channels == 3)
                {
                    float red = 0, green = 0, blue = 0;
                    for (int k = 0; k < taps; k++)
                    {
                        ReadOnlySpan<float> pixel = line.Slice(places[k], 3);
                        red += weights[k] * pixel[0];
                        green += weights[k] * pixel[1];
                        blue += weights[k] * pixel[2];
                    }

                    (result[0], result[1], result[2]) = (red, green, blue);
                    continue;
                }

                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    for (int k = 0; k < taps; k++) sum += weights[k] * line[places[k] + c];
                    result[c] = sum;
                }
            }
        }

        canvas.Take(width, canvas.Height);
    }

    /// <summary>The samples that one new sample is made of, and their weights, which sum to one.</summary>
    private static (int First, int Taps) Weights(int index, int input, int output, Kernel kernel, Span<float> weights)
    {
        double ratio = (double)input / output, stretch = Math.Max(1, ratio);
        if (kernel == Kernel.Area && ratio < 1) kernel = Kernel.Bilinear;
        double centre = (index + 0.5) * ratio - 0.5;
        double reach = stretch * (kernel == Kernel.Bicubic ? 2 : 1);
        int first = (int)Math.Ceiling(centre - reach), taps = (int)Math.Floor(centre + reach) - first + 1;
        double sum = 0;
        for (int k = 0; k < taps; k++)
        {
            double distance = Math.Abs(first + k - centre);
            double weight = kernel switch
            {
                Kernel.Area => Math.Clamp((ratio + 1) / 2 - distance, 0, 1), // how much of the old pixel lies in the new one
                Kernel.Bilinear => 1 - distance / stretch,
                _ => Cubic(distance / stretch),
            };
            weights[k] = (float)weight;
            sum += weight;
        }

        for (int k = 0; k < taps; k++) weights[k] = (float)(weights[k] / sum);
        return (first, taps);
    }

    private static double Cubic(double d) =>
        d <= 1 ? (1.5 * d - 2.5) * d * d + 1 : d <= 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}
