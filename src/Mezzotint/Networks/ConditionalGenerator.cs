using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A generator of latent vectors [N, latent] to square images N,H,W,C in (-1, 1). Where there are classes, the latent vector is followed by
/// 1 at the image's class and 0 elsewhere (Mirza and Osindero 2014, "Conditional Generative Adversarial Nets").
/// </summary>
public abstract class ConditionalGenerator : Module, IImageGenerator
{
    /// <summary>A generator.</summary>
    /// <param name="latent">Elements of the latent vector.</param>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="classes">The names of its classes; null for none.</param>
    protected ConditionalGenerator(int latent, int size, int channels, IReadOnlyList<string>? classes)
        : base("") =>
        (Latent, Width, Height, Channels, Classes) = (latent, size, size, channels, classes ?? []);

    /// <inheritdoc/>
    public int Latent { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Elements of what the network is given: the latent vector and the class.</summary>
    protected int Inputs => Latent + Classes.Count;

    /// <inheritdoc/>
    public Tensor Generate(Tensor latent, Tensor? classes, Pass pass) =>
        Apply(classes is null ? latent : Tensor.Concat(1, latent, classes), pass) * 0.5f + 0.5f;
}
