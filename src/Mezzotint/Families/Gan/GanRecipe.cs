using System.ComponentModel.DataAnnotations;
using Mezzotint.Data.Examination;
using Mezzotint.Networks;

namespace Mezzotint.Families.Gan;

/// <summary>
/// How to train a generator against a discriminator (Goodfellow et al. 2014): which networks, which objective, which data. The images' side
/// is 32 where <c>data.size</c> says nothing.
/// </summary>
public sealed record GanRecipe() : AdversarialImagesRecipe(FamilyName, defaultSize: 32)
{
    /// <summary>What <see cref="TrainingRecipe.Family"/> must be.</summary>
    public const string FamilyName = "gan";

    /// <summary>
    /// How many classes the data have, where images are to be asked for by class; 0 for one model of all of them. Default: 0.
    /// </summary>
    [Range(0, 10_000)]
    public int Classes { get; init; }

    /// <summary>The network that makes images.</summary>
    public GanGeneratorRecipe Generator { get; init; } = new();

    /// <summary>A score to choose the model by, where images to judge by are given. Default: none.</summary>
    public FrechetRecipe Frechet { get; init; } = new();

    /// <inheritdoc/>
    public override TrainingRecipe WithFullPaths()
    {
        var recipe = (GanRecipe)base.WithFullPaths();
        return Frechet.Network is { } path ? recipe with { Frechet = Frechet with { Network = Path.GetFullPath(path) } } : recipe;
    }

    /// <inheritdoc/>
    public override GanRecipe WithPlaces(DataPlaces places) => (GanRecipe)base.WithPlaces(places);

    /// <inheritdoc/>
    public override DataNeeds Needs() => base.Needs() with { Classes = Classes };

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo generate {model} --seeds 0-31 --grid 8x4";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string Key, string Problem) problem in base.Problems()) yield return problem;
        bool doubled = Generator.Kind != GeneratorKind.Dense || Discriminator.Kind is DiscriminatorKind.Dcgan or DiscriminatorKind.Resnet;
        if (doubled && !DcganDiscriminator.Makes(Size))
            yield return ("data.size", $"is {Size}; these networks make images of 4, 5, 6 or 7 times a power of 2, from 8 on");
        if (Generator.Hidden.Count > 0 && Generator.Kind != GeneratorKind.Dcgan)
            yield return ("generator.hidden", "is used by 'kind: dcgan' alone; leave it out");
    }
}
