using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>
/// Random numbers for one step. Made anew for each step that is written, it numbers the places where numbers are drawn, and every number is
/// a function of the key, the place and the element's index alone: Philox4x32-10 (Salmon et al. 2011). The integers are equal on every
/// device.
/// </summary>
/// <param name="key">Three integers, usually a feed: the seed's low and high word, and the number of the step.</param>
public sealed class RandomStream(Tensor key)
{
    private int _sites;

    /// <summary>Uniform numbers in [0, 1).</summary>
    public Tensor Uniform(Shape shape) => Draw(Distribution.Uniform, shape);

    /// <summary>Normal numbers of mean 0 and variance 1.</summary>
    public Tensor Normal(Shape shape) => Draw(Distribution.Normal, shape);

    /// <summary>The key of a seed and a step, for a feed of three integers.</summary>
    public static int[] Key(ulong seed, int step) => [(int)(uint)seed, (int)(uint)(seed >> 32), step];

    private Tensor Draw(Distribution distribution, Shape shape) => Tensor.Apply(new RandomNumbers(distribution, shape, _sites++), key);
}
