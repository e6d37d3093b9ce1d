namespace Mezzotint.Families;

/// <summary>The differentiable augmentations (Zhao et al. 2020).</summary>
public enum Augmentation
{
    /// <summary>Brightness, saturation and contrast.</summary>
    Colour,

    /// <summary>A shift by whole pixels.</summary>
    Translation,

    /// <summary>A rectangle left out.</summary>
    Cutout,
}
