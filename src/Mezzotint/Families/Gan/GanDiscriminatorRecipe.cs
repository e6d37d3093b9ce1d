using System.ComponentModel.DataAnnotations;
using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Families.Gan;

/// <summary>Which discriminator, and how large.</summary>
public sealed record GanDiscriminatorRecipe
{
    internal const Normalization DefaultNormalization = Normalization.Batch;

    /// <summary>dcgan, dense, small (two convolutions) or resnet. Default: dcgan.</summary>
    public DiscriminatorKind Kind { get; init; } = DiscriminatorKind.Dcgan;

    /// <summary>For dcgan and small: channels at half the image's side; for resnet: channels of all features. Default: 64.</summary>
    [Range(1, 4_096)]
    public int Channels { get; init; } = 64;

    /// <summary>For dcgan: where channels stop doubling. Default: 1,024.</summary>
    [Range(1, 16_384)]
    public int MostChannels { get; init; } = 1_024;

    /// <summary>For dense: elements of each hidden layer. Default: 512, 256.</summary>
    [Range(1, 65_536)]
    [MinLength(1)]
    public IReadOnlyList<int> Widths { get; init; } = [512, 256];

    /// <summary>For dcgan: elements of each dense layer after the convolutions. Default: none, as published.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<int> Hidden { get; init; } = [];

    /// <summary>
    /// For dcgan: batch, none, instance or spectral; for the others, spectral or none (batch too means none). Default: batch.
    /// </summary>
    public Normalization Normalization { get; init; } = DefaultNormalization;

    /// <summary>For dense and small: the share of each layer that is dropped. Default: 0.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }
}

/// <summary>The discriminators.</summary>
public enum DiscriminatorKind
{
    /// <summary><see cref="DcganDiscriminator"/>.</summary>
    Dcgan,

    /// <summary><see cref="DenseDiscriminator"/>.</summary>
    Dense,

    /// <summary><see cref="SmallDiscriminator"/>.</summary>
    Small,

    /// <summary><see cref="ResNetDiscriminator"/>.</summary>
    Resnet,
}
