namespace Mezzotint.Data;

/// <summary>A Gaussian, as wide along one direction as across it or not.</summary>
internal static class DegradationBlur
{
    private const double Reach = 3; // deviations

    /// <param name="canvas">What is blurred.</param>
    /// <param name="along">The deviation along the direction, in pixels.</param>
    /// <param name="across">The deviation across it.</param>
    /// <param name="angle">The direction, in radians.</param>
    public static void Apply(DegradationCanvas canvas, double along, double across, double angle)
    {
        // A narrower Gaussian's samples on the grid would be nothing but its centre, and zero could not be divided by.
        const double narrowest = 0.05;
        (along, across) = (Math.Max(along, narrowest), Math.Max(across, narrowest));
        int radius = (int)Math.Ceiling(Reach * Math.Max(along, across));
        int side = 2 * radius + 1;
        Span<float> kernel = side <= 64 ? stackalloc float[side * side] : new float[side * side];
        Fill(kernel, radius, along, across, angle);

        int width = canvas.Width, height = canvas.Height, row = canvas.Row;
        canvas.Pad(radius);
        Span<float> from = canvas.Samples, to = canvas.Spare(width, height);
        to.Clear();
        for (int y = 0; y < height; y++)
        {
            Span<float> line = to.Slice(y * row, row);
            for (int k = 0; k < kernel.Length; k++)
            {
                int source = (y + k / side) * canvas.Row + k % side * canvas.Channels;
                if (kernel[k] > 1e-5f) DegradationCanvas.Add(from.Slice(source, row), kernel[k], line);
            }
        }

        canvas.Take(width, height);
    }

    private static void Fill(Span<float> kernel, int radius, double along, double across, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        double sum = 0;
        for (int y = -radius, at = 0; y <= radius; y++)
        {
            for (int x = -radius; x <= radius; x++, at++)
            {
                double u = (x * cosine + y * sine) / along, v = (y * cosine - x * sine) / across;
                double value = Math.Exp(-0.5 * (u * u + v * v));
                kernel[at] = (float)value;
                sum += value;
            }
        }

        foreach (ref float weight in kernel) weight = (float)(weight / sum);
    }
}
