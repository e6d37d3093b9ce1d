using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// What samples can be drawn from: a network, or a part of one, that makes images of latent vectors. A network which <c>mezzo generate</c>
/// is to find implements it, whatever else it can do.
/// </summary>
public interface IImageGenerator
{
    /// <summary>Elements of the latent vector, which is drawn from the normal distribution of mean 0 and variance 1.</summary>
    int Latent { get; }

    /// <summary>Columns of an image.</summary>
    int Width { get; }

    /// <summary>Rows of an image.</summary>
    int Height { get; }

    /// <summary>Channels of an image: 1 for grey, 3 for colour.</summary>
    int Channels { get; }

    /// <summary>The names of the classes it can be asked for; empty where it makes all alike.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Writes images of latent vectors, each of its own row alone.</summary>
    /// <param name="latent">[N, <see cref="Latent"/>].</param>
    /// <param name="classes">One row an image, 1 at its class and 0 elsewhere: [N, classes]; null where there are none.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>N,H,W,C in [0, 1].</returns>
    Tensor Generate(Tensor latent, Tensor? classes, Pass pass);

    /// <summary>How many images are made at a time: 16, and fewer of more than 256x256 pixels, whose features would take gigabytes.</summary>
    internal int ImagesTogether => Math.Clamp((1 << 20) / (Width * Height), 1, 16);
}
