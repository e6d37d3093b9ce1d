using System.Globalization;
using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// A generator of dense layers as a plain sequence, with ReLU between them and a hyperbolic tangent at its end: names are numbers
/// (<c>0.weight</c>, <c>2.weight</c>), rectifiers having one too. Which rectifier it was does not show from a file; ReLU is customary.
/// </summary>
internal sealed class DenseGeneratorArchitecture : Architecture
{
    private const int FewestSamples = 64;

    /// <inheritdoc/>
    public override string Name => "a dense GAN's generator";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = Describe(8, 1, 4, [4, 4]);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        int layers = CountOf(state, i => $"{2 * i}.weight");
        if (layers < 2 || state.Names.Count != 2 * layers) return null;
        int[]?[] shapes = [.. Enumerable.Range(0, layers).Select(i => state.ShapeOf($"{2 * i}.weight"))];
        if (shapes.Any(shape => shape is not [_, _])) return null;
        int latent = shapes[0]![1], samples = shapes[^1]![0];
        if (samples < FewestSamples || samples <= latent) return null;
        foreach (int channels in new[] { 1, 3 })
        {
            int side = (int)Math.Sqrt(samples / channels);
            if (side * side * channels == samples) return Describe(side, channels, latent, [.. shapes.SkipLast(1).Select(shape => shape![0])]);
        }

        return null;
    }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) =>
        network is DenseGeneratorDescription { Norm: Normalization.None, Slope: 0, Classes.Count: 0 };

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        string[] parts = variable.Split('.');
        int layer = parts[0] == "last" ? ((DenseGeneratorDescription)network).Widths.Count : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return $"{2 * layer}.{parts[^1]}";
    }

    private static DenseGeneratorDescription Describe(int size, int channels, int latent, IReadOnlyList<int> widths) =>
        new(size, channels, latent, [], widths, Normalization.None, Slope: 0);
}
