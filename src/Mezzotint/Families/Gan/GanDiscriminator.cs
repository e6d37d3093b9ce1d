using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Gan;

/// <summary>
/// A discriminator that is told the class (Mirza and Osindero 2014): convolutional ones see beside the image a plane for each class, of
/// ones for the image's and of zeros for the others; a dense one sees the class's row behind the image's.
/// </summary>
internal sealed class GanDiscriminator
{
    private readonly Module _network;
    private readonly bool _dense;

    public GanDiscriminator(GanDiscriminatorRecipe recipe, int size, int channels, int classes, ulong seed, string path = "discriminator")
    {
        var initialization = new Initialization(seed);
        bool spectral = recipe.Normalization == Normalization.Spectral;
        _dense = recipe.Kind == DiscriminatorKind.Dense;
        _network = recipe.Kind switch
        {
            DiscriminatorKind.Dense => new DenseDiscriminator(
                path, size * size * channels + classes, recipe.Widths, initialization, recipe.Dropout, spectral),
            DiscriminatorKind.Small => new SmallDiscriminator(
                path, size, channels + classes, initialization, recipe.Channels, recipe.Dropout, spectral),
            DiscriminatorKind.Resnet => new ResNetDiscriminator(path, size, channels + classes, initialization, recipe.Channels, spectral),
            DiscriminatorKind.Dcgan => new DcganDiscriminator(
                size, initialization, recipe.Channels, recipe.MostChannels, channels + classes, recipe.Normalization, path, recipe.Hidden),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe)),
        };
    }

    public Module Network => _network;

    /// <summary>One number an image, [N, 1], higher where it looks real.</summary>
    /// <param name="images">N,H,W,C in [-1, 1].</param>
    /// <param name="classes">One row an image; null where there are no classes.</param>
    /// <param name="pass">The pass.</param>
    public Tensor Judge(Tensor images, Tensor? classes, Pass pass)
    {
        int count = images.Shape[0];
        if (_dense)
        {
            Tensor rows = images.Reshape(Shape.Create([count, (int)(images.Shape.Count / count)]));
            return _network.Apply(classes is null ? rows : Tensor.Concat(1, rows, classes), pass);
        }

        if (classes is null) return _network.Apply(images, pass);
        int number = classes.Shape[1];
        Tensor planes = classes.Reshape([count, 1, 1, number]).BroadcastTo([count, images.Shape[1], images.Shape[2], number]);
        return _network.Apply(Tensor.Concat(3, images, planes), pass);
    }
}
