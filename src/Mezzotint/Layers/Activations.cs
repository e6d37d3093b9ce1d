using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>Activations that are expressions of simpler functions.</summary>
public static class Activations
{
    /// <summary>x above zero, and a fraction of it below (Maas et al., 2013); at zero the gradient is that of below.</summary>
    /// <param name="input">x.</param>
    /// <param name="slope">The fraction, from 0 to 1.</param>
    public static Tensor LeakyRelu(this Tensor input, float slope) => Tensor.Max(slope * input, input);
}
