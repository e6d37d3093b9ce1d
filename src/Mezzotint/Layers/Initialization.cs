using System.Numerics;
using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// The first values of weights. Numbers are a function of the seed, the variable's path and the element's index, so that a network is the
/// same whatever else is made before or after it.
/// </summary>
/// <param name="Seed">The seed of the whole network.</param>
public sealed record Initialization(ulong Seed)
{
    private const int Chunk = 1 << 16;
    private const long Slack = 1 << 16;

    [ThreadStatic]
    private static long? _toCome;

    /// <summary>
    /// The deviation of all weights, whatever their layer (0.02 in DCGAN and what came of it, Radford et al. 2016); null for He's rule.
    /// With it, the scales of norms are drawn around 1 too.
    /// </summary>
    public double? Deviation { get; init; }

    /// <summary>
    /// While what is returned is not disposed of, networks that this thread makes have zeros for weights, which are read from a file next;
    /// and they have no more than a file has that describes them, whatever it says: a few bytes must not become gigabytes.
    /// </summary>
    /// <param name="numbers">How many numbers the file has. Half as many again may be missing, as far as anything is made.</param>
    internal static IDisposable ForValuesToCome(long numbers) => new Awaiting(numbers + numbers / 2 + Slack);

    /// <summary>Weights of a layer, of mean 0: of <see cref="Deviation"/>, or of He's rule where there is none.</summary>
    /// <param name="path">The variable.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="terms">How many products an output sums.</param>
    /// <param name="gain">A factor on the deviation.</param>
    public float[] Weights(string path, Shape shape, double terms, double gain = 1) =>
        Deviation is { } deviation ? Normal(path, shape, gain * deviation) : Kaiming(path, shape, terms, gain);

    /// <summary>The scales of a norm: 1, or normal around it with <see cref="Deviation"/>.</summary>
    public float[] Scales(string path, Shape shape) =>
        Deviation is { } deviation ? [.. Normal(path, shape, deviation).Select(x => 1 + x)] : Constant(shape, 1);

    /// <summary>Normal numbers of mean 0.</summary>
    public float[] Normal(string path, Shape shape, double deviation)
    {
        if (_toCome is { } left) return Zeros(path, shape, left);
        ulong key = Seed;
        foreach (char c in path) key = Mix(key ^ c);
        var values = new float[shape.Count];
        Parallel.For(0, (values.Length + Chunk - 1) / Chunk, chunk =>
        {
            int start = chunk * Chunk;
            Fill(values, start, Math.Min(values.Length - start, Chunk), key, deviation);
        });
        return values;
    }

    /// <summary>
    /// He et al. (2015): normal, with the variance that keeps that of activations after rectifiers, times <paramref name="gain"/>.
    /// </summary>
    /// <param name="path">The variable.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="terms">How many products an output sums.</param>
    /// <param name="gain">A factor on the deviation.</param>
    public float[] Kaiming(string path, Shape shape, double terms, double gain = 1) => Normal(path, shape, gain * Math.Sqrt(2.0 / terms));

    /// <summary>One value for all.</summary>
    public static float[] Constant(Shape shape, float value)
    {
        var values = new float[shape.Count];
        Array.Fill(values, value);
        return values;
    }

    private static float[] Zeros(string path, Shape shape, long left)
    {
        if (shape.Count > left) throw new MezzotintException($"With '{path}' {shape} it has more weights than its file has numbers.");
        _toCome = left - shape.Count;
        return new float[shape.Count];
    }

    /// <summary>Box and Muller's method (1958) on two uniform numbers for each element.</summary>
    private static void Fill(float[] values, int start, int count, ulong key, double deviation)
    {
        for (int i = start; i < start + count; i++)
        {
            double u = (Mix(key + 2 * (ulong)i) >> 11) * (1.0 / (1UL << 53));
            double v = (Mix(key + 2 * (ulong)i + 1) >> 11) * (1.0 / (1UL << 53));
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v));
        }
    }

    /// <summary>SplitMix64's output function (Steele et al., 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return BitOperations.RotateLeft(x ^ (x >> 31), 17);
    }

    private sealed class Awaiting : IDisposable
    {
        private readonly long? _before = _toCome;

        public Awaiting(long numbers) => _toCome = numbers;

        public void Dispose() => _toCome = _before;
    }
}
