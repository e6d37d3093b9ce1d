using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>A generator whose image grows by levels, each of twice the side of the one before, which can be shown.</summary>
public interface IMultiScaleGenerator : IImageGenerator
{
    /// <summary>How many levels there are; the last makes the image.</summary>
    int Levels { get; }

    /// <summary>
    /// Writes the images of every level, the smallest first; the last are those of <see cref="IImageGenerator.Generate"/>.
    /// </summary>
    /// <param name="latent">[N, <see cref="IImageGenerator.Latent"/>].</param>
    /// <param name="classes">One row an image; null where there are no classes.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>Of each level N,H,W,C in [0, 1].</returns>
    IReadOnlyList<Tensor> GenerateLevels(Tensor latent, Tensor? classes, Pass pass);
}
