using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A trained network whose inner features compare images: for a perceptual loss, a style, or a distance of distributions.
/// </summary>
public interface IFeatureNetwork
{
    /// <summary>The names of its features, in order.</summary>
    IReadOnlyList<string> Layers { get; }

    /// <summary>Channels of the images it takes: 1 for grey, 3 for colour.</summary>
    int Channels { get; }

    /// <summary>What is done to images first, in words: "bilinear to 32x32".</summary>
    string Preparation { get; }

    /// <summary>Features of images.</summary>
    /// <param name="images">N,H,W,C in [0, 1]; what else the network wants done to them is done here.</param>
    /// <param name="layers">Names from <see cref="Layers"/>. What lies beyond the deepest of them is not computed.</param>
    /// <returns>One tensor for each name.</returns>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers);
}
