using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Gan;

/// <summary>The differentiable augmentations.</summary>
public enum Augmentation
{
    /// <summary>Brightness, saturation and contrast.</summary>
    Colour,

    /// <summary>A shift by whole pixels.</summary>
    Translation,

    /// <summary>A rectangle left out.</summary>
    Cutout,
}

/// <summary>What they do.</summary>
internal static class Augmentations
{
    /// <summary>Images with each of the augmentations, one after another.</summary>
    public static Tensor Apply(this IEnumerable<Augmentation> augmentations, Tensor images, RandomStream random) =>
        augmentations.Aggregate(images, (x, augmentation) => augmentation switch
        {
            Augmentation.Colour => DifferentiableAugmentation.Colour(x, random),
            Augmentation.Translation => DifferentiableAugmentation.Translation(x, random),
            Augmentation.Cutout => DifferentiableAugmentation.Cutout(x, random),
            _ => throw new ArgumentOutOfRangeException(nameof(augmentations)),
        });
}
