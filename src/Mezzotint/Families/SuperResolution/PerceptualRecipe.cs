using System.ComponentModel.DataAnnotations;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Recipes;
using Mezzotint.Weights;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// How pictures are compared by what a trained network sees in them. The network's weights come from a file and are no part of the
/// training.
/// </summary>
public sealed record PerceptualRecipe : ICheckedRecipe
{
    /// <summary>The factor of the loss; 0 for none. Default: 1.</summary>
    [Range(0.0, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>
    /// The network's file: VGG-19 normalised up to relu3_1 (<c>vgg_normalised_conv3_1</c>), or torchvision's VGG-19. Default: nothing, and
    /// a training asks for it.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>
    /// The SHA-256 of the network's weights, in hexadecimal, which they must have; nothing for any. A run's recipe has it. Default:
    /// nothing.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>The features compared. Default: relu1_1, relu2_1, relu3_1.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Layers { get; init; } = ["relu1_1", "relu2_1", "relu3_1"];

    /// <summary>What each layer's difference is multiplied by; none for 1 each. Default: none.</summary>
    [Range(0.0, 1e6)]
    public IReadOnlyList<double> Factors { get; init; } = [];

    /// <summary>Whether differences are squared, as in SRGAN, or absolute, as in Real-ESRGAN. Default: false.</summary>
    public bool Squared { get; init; }

    /// <summary>The loss that looks through a network.</summary>
    internal PerceptualLoss Loss(IFeatureNetwork network) => new(
        network, Layers.Select((layer, i) => (layer, i)).ToDictionary(at => at.layer, at => Factors.Count == 0 ? 1 : (float)Factors[at.i]), Squared);

    /// <summary>
    /// The network, read from its file. Where none is named, one with random weights, by which a step can be planned but nothing is
    /// learned.
    /// </summary>
    /// <exception cref="RecipeException">It has other weights or layers than the recipe says.</exception>
    /// <exception cref="WeightsException">There is no such file, or it holds no network that sees.</exception>
    internal IFeatureNetwork Read()
    {
        if (Network is null) return Unknown();
        IFeatureNetwork network = FeatureNetworks.Read(Network);
        string hash = FeatureNetworks.HashOf(network);
        if (Sha256 is not null && hash != Sha256)
        {
            throw new RecipeException($"'{Network}' is not the perceptual network that the recipe means: its weights have the SHA-256 {hash}, not {Sha256}; "
                + "put the file back as it was, or begin a new run.");
        }

        if (network.Channels != 3) throw new RecipeException($"'{Network}' is of a network that sees grey; give a VGG-19's.");
        if (Layers.FirstOrDefault(layer => !network.Layers.Contains(layer)) is { } unknown)
            throw new RecipeException($"'{Network}' is of a network without the features '{unknown}'; it has {string.Join(", ", network.Layers)}.");
        return network;
    }

    /// <summary>The same with the network's full path and hash, by which a run finds it again and knows it.</summary>
    /// <exception cref="WeightsException">There is no such file, or it holds no network that sees.</exception>
    internal PerceptualRecipe Resolved() => Network is null
        ? this
        : this with { Network = Path.GetFullPath(Network), Sha256 = Sha256 ?? FeatureNetworks.HashOf(FeatureNetworks.Read(Network)) };

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Factors.Count > 0 && Factors.Count != Layers.Count)
            yield return ("factors", $"has {Factors.Count} entries for {Layers.Count} layers; give one each, or none for 1 each");
        if (Layers.Distinct().Count() != Layers.Count)
            yield return ("layers", "names a layer twice");
        if (Network is null && Layers.FirstOrDefault(layer => !Vgg19.Layers.Contains(layer)) is { } unknown) // by names alone: a recipe is read without a network
            yield return ("layers", $"has '{unknown}'; VGG-19 has relu1_1 to relu5_4");
    }

    private IFeatureNetwork Unknown()
    {
        var encoder = new PerceptualEncoder(new Initialization(0));
        return Layers.All(encoder.Layers.Contains) ? encoder : new Vgg19(new Initialization(0));
    }
}
