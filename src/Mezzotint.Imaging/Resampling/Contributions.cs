namespace Mezzotint.Imaging.Resampling;

/// <summary>
/// Which input samples, with what weights, make each output sample along one axis: MATLAB's imresize, in double precision. Edges are
/// mirrored with the edge sample repeated, and the weights of an output sample sum to one.
/// </summary>
internal sealed class Contributions
{
    private Contributions(int taps, int[] indices, double[] weights) => (Taps, Indices, Weights) = (taps, indices, weights);

    /// <summary>Input samples for each output sample.</summary>
    public int Taps { get; }

    /// <summary>[output, tap], each within the input.</summary>
    public int[] Indices { get; }

    /// <summary>[output, tap].</summary>
    public double[] Weights { get; }

    public int Outputs => Indices.Length / Taps;

    /// <summary>Those of some of the outputs.</summary>
    public Contributions Part(int first, int count) =>
        new(Taps, Indices[(first * Taps)..((first + count) * Taps)], Weights[(first * Taps)..((first + count) * Taps)]);

    /// <summary>The same of an input that begins elsewhere.</summary>
    public Contributions Shifted(int by) => new(Taps, [.. Indices.Select(index => index + by)], Weights);

    public static Contributions Of(int input, int output, ResizeKernel kernel)
    {
        var scale = (double)output / input;
        double width = kernel switch { ResizeKernel.Nearest => 1, ResizeKernel.Bilinear => 2, _ => 4 };
        var stretch = scale < 1 && kernel != ResizeKernel.Nearest ? scale : 1.0;
        width /= stretch;

        var taps = (int)Math.Ceiling(width) + 2;
        var indices = new int[output, taps];
        var weights = new double[output, taps];
        for (var i = 0; i < output; i++)
        {
            // Pixel centres, counted from one: an output pixel of that number lies here among the input's.
            var centre = ((i + 1) / scale) + (0.5 * (1 - (1 / scale)));
            var left = Math.Floor(centre - (width / 2));
            var sum = 0.0;
            for (var k = 0; k < taps; k++)
            {
                weights[i, k] = stretch * Evaluate(kernel, stretch * (centre - (left + k)));
                sum += weights[i, k];
                indices[i, k] = Mirror((long)left + k - 1, input);
            }

            for (var k = 0; k < taps; k++) weights[i, k] /= sum;
        }

        return WithoutIdleTaps(indices, weights);
    }

    private static double Evaluate(ResizeKernel kernel, double x)
    {
        var d = Math.Abs(x);
        return kernel switch
        {
            ResizeKernel.Nearest => x is >= -0.5 and < 0.5 ? 1 : 0,
            ResizeKernel.Bilinear => d <= 1 ? 1 - d : 0,
            _ => d <= 1 ? (1.5 * d * d * d) - (2.5 * d * d) + 1
                : d <= 2 ? (-0.5 * d * d * d) + (2.5 * d * d) - (4 * d) + 2
                : 0,
        };
    }

    private static int Mirror(long index, int length)
    {
        var turn = 2L * length;
        var within = ((index % turn) + turn) % turn;
        return (int)(within < length ? within : turn - 1 - within);
    }

    /// <summary>Drops the taps that no output sample weighs.</summary>
    private static Contributions WithoutIdleTaps(int[,] indices, double[,] weights)
    {
        var (outputs, taps) = (indices.GetLength(0), indices.GetLength(1));
        var kept = Enumerable.Range(0, taps).Where(k => Enumerable.Range(0, outputs).Any(i => weights[i, k] != 0)).ToArray();
        var keptIndices = new int[outputs * kept.Length];
        var keptWeights = new double[outputs * kept.Length];
        for (var i = 0; i < outputs; i++)
            for (var k = 0; k < kept.Length; k++)
                (keptIndices[(i * kept.Length) + k], keptWeights[(i * kept.Length) + k]) = (indices[i, kept[k]], weights[i, kept[k]]);
        return new Contributions(kept.Length, keptIndices, keptWeights);
    }
}
