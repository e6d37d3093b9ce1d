using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>Logarithms of probabilities and densities, in nats, element by element; the caller sums over what is independent.</summary>
public static class LogDensity
{
    /// <summary>
    /// x log p + (1 - x) log(1 - p) with p = sigmoid(logits), without overflow. For x of 0 or 1 it is the logarithm of x's probability; for
    /// a grey between it is the negative cross-entropy, which is what autoencoders of digits are trained by.
    /// </summary>
    /// <param name="x">What is observed, in [0, 1].</param>
    /// <param name="logits">log p - log(1 - p), of a shape that broadcasts to it.</param>
    public static Tensor Bernoulli(Tensor x, Tensor logits) => x * logits - logits.Softplus();

    /// <summary>The density of a normal distribution.</summary>
    /// <param name="x">What is observed.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="logVariance">The natural logarithm of the variance.</param>
    public static Tensor Normal(Tensor x, Tensor mean, Tensor logVariance) =>
        -0.5f * ((x - mean).Square() * (-logVariance).Exp() + logVariance + (float)Math.Log(2 * Math.PI));
}
