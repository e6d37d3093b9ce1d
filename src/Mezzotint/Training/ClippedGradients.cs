using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>Gradients by weights, with an optional limit on their common norm.</summary>
internal static class ClippedGradients
{
    /// <summary>The gradients, and their norm before any limit.</summary>
    /// <param name="loss">One number.</param>
    /// <param name="by">The weights.</param>
    /// <param name="limit">Gradients whose norm is larger are scaled down to it; 0 for no limit.</param>
    public static (Tensor[] Gradients, Tensor Norm) Of(Tensor loss, Tensor[] by, double limit)
    {
        Tensor[] gradients = Gradients.Of(loss, by);
        Tensor norm = gradients.Select(gradient => gradient.Square().Sum()).Aggregate((a, b) => a + b).Sqrt();
        if (limit == 0) return (gradients, norm);
        Tensor factor = Tensor.Min(1, (float)limit / (norm + 1e-12f));
        return ([.. gradients.Select(gradient => gradient * factor)], norm);
    }
}
