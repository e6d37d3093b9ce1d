using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>Divergences between distributions, in nats.</summary>
public static class KullbackLeibler
{
    /// <summary>
    /// Of normal distributions with independent elements from the one of mean 0 and variance 1 (Kingma and Welling 2014): summed over a
    /// sample's elements, averaged over samples.
    /// </summary>
    /// <param name="mean">The means, [N, ...].</param>
    /// <param name="logVariance">The natural logarithms of the variances, of the same shape.</param>
    /// <returns>One number, at least 0.</returns>
    public static Tensor FromStandardNormal(Tensor mean, Tensor logVariance) => OfEachFromStandardNormal(mean, logVariance).Mean();

    /// <summary>The same of each sample.</summary>
    /// <param name="mean">The means, [N, ...].</param>
    /// <param name="logVariance">The natural logarithms of the variances, of the same shape.</param>
    /// <returns>[N], each at least 0.</returns>
    public static Tensor OfEachFromStandardNormal(Tensor mean, Tensor logVariance)
    {
        int[] elements = [.. Enumerable.Range(1, mean.Shape.Rank - 1)];
        return 0.5f * (mean.Square() + logVariance.Exp() - 1 - logVariance).Sum(elements).Reshape([mean.Shape[0]]);
    }
}
