using System.Numerics;
using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// The first values of weights. Numbers are a function of the seed, the variable's path and the element's index, so that a network is the same
/// whatever else is made before or after it.
/// </summary>
/// <param name="Seed">The seed of the whole network.</param>
public sealed record Initialization(ulong Seed)
{
    /// <summary>Normal numbers of mean 0.</summary>
    public float[] Normal(string path, Shape shape, double deviation)
    {
        ulong key = Seed;
        foreach (char c in path) key = Mix(key ^ c);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            double u = (Mix(key + 2 * (ulong)i) >> 11) * (1.0 / (1UL << 53));
            double v = (Mix(key + 2 * (ulong)i + 1) >> 11) * (1.0 / (1UL << 53));
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v));
        }

        return values;
    }

    /// <summary>He et al. (2015): normal, with the variance that keeps that of activations after rectifiers, times <paramref name="gain"/>.</summary>
    /// <param name="path">The variable.</param>
    /// <param name="weights">kh,kw,in,out, or in,out: all but the last axis are what an output sums over.</param>
    /// <param name="gain">A factor on the deviation.</param>
    public float[] Kaiming(string path, Shape weights, double gain = 1) => Normal(path, weights, gain * Math.Sqrt(2.0 * weights[^1] / weights.Count));

    /// <summary>One value for all.</summary>
    public static float[] Constant(Shape shape, float value)
    {
        var values = new float[shape.Count];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>SplitMix64's output function (Steele et al., 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return BitOperations.RotateLeft(x ^ (x >> 31), 17);
    }
}
