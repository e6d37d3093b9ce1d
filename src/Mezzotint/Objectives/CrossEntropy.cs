using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>The cross-entropy of classes and a classifier's logits.</summary>
public static class CrossEntropy
{
    /// <summary>The mean over images of minus the logarithm of the probability that is given to the true class.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="classes">[N, K]: 1 at an image's class, 0 elsewhere.</param>
    public static Tensor Of(Tensor logits, Tensor classes)
    {
        // The largest logit is taken from all, so that no power overflows; it cancels in value and gradient.
        Tensor largest = logits.Slice(1, 0, 1);
        for (int k = 1; k < logits.Shape[1]; k++) largest = Tensor.Max(largest, logits.Slice(1, k, 1));
        Tensor shifted = logits - largest.Detach();
        return (shifted.Exp().Sum(1).Log() - (shifted * classes).Sum(1)).Mean();
    }
}
