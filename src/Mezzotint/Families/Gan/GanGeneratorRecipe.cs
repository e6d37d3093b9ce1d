using System.ComponentModel.DataAnnotations;
using Mezzotint.Networks;

namespace Mezzotint.Families.Gan;

/// <summary>Which generator, and how large.</summary>
public sealed record GanGeneratorRecipe
{
    /// <summary>dcgan, dense or resnet. Default: dcgan.</summary>
    public GeneratorKind Kind { get; init; } = GeneratorKind.Dcgan;

    /// <summary>Elements of the latent vector. Default: 100.</summary>
    [Range(1, 65_536)]
    public int Latent { get; init; } = 100;

    /// <summary>
    /// For dcgan: channels at half the image's side, doubling inwards; for resnet: channels of all features. Default: 64.
    /// </summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 64;

    /// <summary>For dcgan: where channels stop doubling. Default: 1,024.</summary>
    [Range(1, 16_384)]
    public int MostChannels { get; init; } = 1_024;

    /// <summary>For dense: elements of each hidden layer. Default: 128, 256, 512, 1,024.</summary>
    [Range(1, 65_536)]
    [MinLength(1)]
    public IReadOnlyList<int> Widths { get; init; } = [128, 256, 512, 1_024];

    /// <summary>
    /// For dcgan: elements of each dense layer between the latent vector and the first transposed convolution; InfoGAN's for digits (Chen
    /// et al. 2016) has one of 1,024. Default: none, as published.
    /// </summary>
    [Range(1, 65_536)]
    public IReadOnlyList<int> Hidden { get; init; } = [];

    /// <summary>What a model's file will say of it.</summary>
    internal GeneratorDescription Describe(int size, int channels, IReadOnlyList<string> classes) => Kind switch
    {
        GeneratorKind.Dense => new DenseGeneratorDescription(size, channels, Latent, classes, Widths),
        GeneratorKind.Resnet => new ResNetGeneratorDescription(size, channels, Latent, classes, Channels),
        GeneratorKind.Dcgan => new DcganDescription(size, channels, Latent, classes, Channels, MostChannels, Hidden.Count == 0 ? null : Hidden),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>The generators.</summary>
public enum GeneratorKind
{
    /// <summary><see cref="DcganGenerator"/>.</summary>
    Dcgan,

    /// <summary><see cref="DenseGenerator"/>.</summary>
    Dense,

    /// <summary><see cref="ResNetGenerator"/>.</summary>
    Resnet,
}
