using System.ComponentModel.DataAnnotations;
using Mezzotint.Families.Gan;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Networks;

namespace Mezzotint.Families.Hierarchical;

/// <summary>
/// How to train a hierarchical generator: a main generator for the global structure, auxiliary ones that add detail at each doubling of the
/// side, a discriminator for each level. They are trained one after another and then together. The images' side is 64 where
/// <c>data.size</c> says nothing.
/// </summary>
public sealed record HierarchicalRecipe() : AdversarialImagesRecipe(FamilyName, defaultSize: 64)
{
    /// <summary>What <see cref="TrainingRecipe.Family"/> must be.</summary>
    public const string FamilyName = "hierarchical";

    /// <summary>Levels, the main generator's included. Default: 3.</summary>
    [Range(2, 10)]
    public int Levels { get; init; } = 3;

    /// <summary>The main generator.</summary>
    public HierarchicalMainRecipe Main { get; init; } = new();

    /// <summary>The auxiliary generators.</summary>
    public HierarchicalDetailRecipe Details { get; init; } = new();

    /// <summary>
    /// A perceptual loss of the auxiliary generators: each, of the low-pass of a real image, is to make an image in which a trained network
    /// sees what it sees in the real one. Default: none, as long as no network is named.
    /// </summary>
    public PerceptualRecipe Perceptual { get; init; } = new();

    /// <summary>How long each stage is.</summary>
    public HierarchicalStagesRecipe Stages { get; init; } = new();

    /// <inheritdoc/>
    public override TrainingRecipe WithFullPaths() => (HierarchicalRecipe)base.WithFullPaths() with { Perceptual = Perceptual.Resolved() };

    /// <summary>The same training in another number of steps: its stages keep their shares.</summary>
    /// <inheritdoc/>
    public override TrainingRecipe Over(int steps)
    {
        double share = (double)steps / Steps;
        return (HierarchicalRecipe)base.Over(steps) with
        {
            Stages = new HierarchicalStagesRecipe
            {
                Main = (int)(Stages.Main * share),
                Auxiliary = [.. Stages.Auxiliary.Select(one => (int)(one * share))],
            },
        };
    }

    /// <inheritdoc/>
    public override HierarchicalRecipe WithPlaces(DataPlaces places) => (HierarchicalRecipe)base.WithPlaces(places);

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo generate {model} --seeds 0-7 --levels";

    /// <summary>What a model's file will say of the generator.</summary>
    internal HierarchicalDescription Describe()
    {
        int latent = Main.Kind == MainGeneratorKind.Unet ? Main.Planes : Main.Latent;
        return new HierarchicalDescription(
            Size, Channels, HierarchicalDescription.LatentOf(Size, Levels, Main.Kind, latent), [], Levels, Main.Kind, latent, Main.Channels,
            OfEach(Details.Channels), Details.Blocks);
    }

    /// <summary>Which generators move when.</summary>
    internal HierarchicalStages StagesOf() => new([Stages.Main, .. OfEach(Stages.Auxiliary)], Steps);

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach ((string Key, string Problem) problem in base.Problems()) yield return problem;
        if (!HierarchicalDescription.Makes(Size, Levels))
        {
            yield return ("data.size",
                $"is {Size}, which cannot be halved to the {Levels} levels' smallest: 4, 5, 6 or 7 times a power of 2, from 8 on; set another size, or levels");
        }
        else if (Main.Kind == MainGeneratorKind.Unet && HierarchicalGenerator.DepthOf(Size >> (Levels - 1)) < 2)
        {
            yield return ("main.kind", $"is unet, and the smallest level of {Size >> (Levels - 1)} pixels cannot be halved twice; set it to dcgan, or another data.size");
        }

        foreach ((string key, int count) in new[] { ("details.channels", Details.Channels.Count), ("stages.auxiliary", Stages.Auxiliary.Count) })
        {
            if (count != 1 && count != Levels - 1)
                yield return (key, $"has {count} numbers, and there are {Levels - 1} auxiliary generators; give one for each, or one for all");
        }
    }

    /// <summary>A number for each auxiliary generator.</summary>
    private IReadOnlyList<int> OfEach(IReadOnlyList<int> given) => given.Count == 1 ? [.. Enumerable.Repeat(given[0], Levels - 1)] : given;
}
