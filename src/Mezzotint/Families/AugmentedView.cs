using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Families;

/// <summary>
/// What augmentations do to a batch, drawn once: images that are seen through the same view are changed alike, the first of one batch as
/// the first of another.
/// </summary>
internal sealed class AugmentedView
{
    private readonly (Augmentation Kind, Func<Tensor, Tensor> Change)[] _changes;

    /// <summary>Draws what is done, one augmentation after another.</summary>
    /// <param name="augmentations">Which; none for a view that changes nothing.</param>
    /// <param name="random">Where the numbers are drawn.</param>
    /// <param name="images">The images' shape, N,H,W,C; channels may differ.</param>
    public AugmentedView(IEnumerable<Augmentation> augmentations, RandomStream random, Shape images) =>
        _changes = [.. augmentations.Select(kind => (kind, kind switch
        {
            Augmentation.Colour => DifferentiableAugmentation.Colour(random, images),
            Augmentation.Translation => DifferentiableAugmentation.Translation(random, images),
            Augmentation.Cutout => DifferentiableAugmentation.Cutout(random, images),
            _ => throw new ArgumentOutOfRangeException(nameof(augmentations)),
        }))];

    /// <summary>Images, changed; gradients run through.</summary>
    /// <param name="images">N,H,W,C in [-1, 1].</param>
    public Tensor Of(Tensor images) => _changes.Aggregate(images, (x, change) => change.Change(x));

    /// <summary>
    /// What lies beside images, pixel for pixel (labels, masks), moved and covered as they are; its numbers are no colours.
    /// </summary>
    /// <param name="beside">N,H,W,C.</param>
    public Tensor Beside(Tensor beside) =>
        _changes.Where(change => change.Kind != Augmentation.Colour).Aggregate(beside, (x, change) => change.Change(x));
}
