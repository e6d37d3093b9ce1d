using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.Gan;

/// <summary>The score of <see cref="FrechetRecipe"/>: a network that sees, and what it has seen in the true images.</summary>
internal sealed class FrechetScore
{
    private const string Logits = "logits";

    private readonly IFeatureNetwork _network;
    private readonly string _layer;
    private readonly IImageSet _real;
    private readonly int _count;
    private FeatureStatistics? _seen;

    /// <summary>Reads the network.</summary>
    /// <exception cref="RecipeException">There are no images to judge by, or the network has no such features or takes other
    /// images.</exception>
    /// <exception cref="WeightsException">There is no such file, or it holds no network that sees.</exception>
    public FrechetScore(FrechetRecipe recipe, IImageSet? real)
    {
        _network = FeatureNetworks.Read(recipe.Network!);
        _layer = recipe.Layer ?? _network.Layers.Last(name => name != Logits);
        _real = real ?? throw new RecipeException("frechet.network judges by images that are not trained on, and none are named; give them with --validation.");
        if (!_network.Layers.Contains(_layer))
            throw new RecipeException($"frechet.layer is '{_layer}', and '{recipe.Network}' has {string.Join(", ", _network.Layers)}.");
        if (_network.Channels != real.Channels && real.Channels != 1)
            throw new RecipeException($"'{recipe.Network}' sees grey, and the images have {real.Channels} channels; set data.channels to 1, or give another network.");
        _count = Math.Min(recipe.Images, real.Count);
        if (_count < 2) throw new RecipeException("frechet.network compares distributions, and there is one image to judge by; give more with --validation.");
    }

    /// <summary>What a generator scores: less is better.</summary>
    public ValidationScore Of(Generator generator, Device device, CancellationToken cancellation)
    {
        var extraction = new FeatureExtraction(_network, _layer, device);
        _seen ??= extraction.Statistics(_real, _count, null, cancellation);
        FeatureStatistics made = extraction.Statistics(new GeneratedImages(generator, _count), _count, null, cancellation);
        return new ValidationScore("validation_frechet_distance", "Frechet distance", FrechetDistance.Between(made, _seen), "") { LessIsBetter = true };
    }
}
