using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The convolutions of AlexNet in its one-column form (Krizhevsky 2014), the usual backbone of LPIPS. Variables are named as torchvision's
/// (<c>features.0.weight</c>).
/// </summary>
public sealed class AlexNet : Module, IFeatureNetwork
{
    private readonly Conv2d[] _convolutions;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    public AlexNet(Initialization initialization)
        : base("") => _convolutions =
    [
        Add(new Conv2d("features.0", 3, 64, 11, initialization, stride: 4, padding: 2)),
        Add(new Conv2d("features.3", 64, 192, 5, initialization)),
        Add(new Conv2d("features.6", 192, 384, 3, initialization)),
        Add(new Conv2d("features.8", 384, 256, 3, initialization)),
        Add(new Conv2d("features.10", 256, 256, 3, initialization)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Layers { get; } = ["relu1", "relu2", "relu3", "relu4", "relu5"];

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public string Preparation => ImageNetColours.Description;

    /// <inheritdoc/>
    /// <param name="images">N,H,W,3 in [0, 1], of 63 pixels a side at least for the deepest.</param>
    /// <param name="layers">Names from <see cref="Layers"/>.</param>
    public IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers)
    {
        int[] depths = [.. layers.Select(layer => Layers.ToList().IndexOf(layer))];
        int unknown = Array.IndexOf(depths, -1);
        if (unknown >= 0) throw new ArgumentException($"There is no feature '{layers[unknown]}'; there are {string.Join(", ", Layers)}.", nameof(layers));
        var found = new Tensor[depths.Max() + 1];
        Tensor x = ImageNetColours.Of(images);
        for (int i = 0; i < found.Length; i++)
        {
            if (i is 1 or 2) x = x.MaxPool(3, ConvolutionWindow.Square(stride: 2));
            found[i] = x = _convolutions[i].Apply(x, Pass.Inference).Relu();
        }

        return [.. depths.Select(depth => found[depth])];
    }

    /// <summary>The deepest features, relu5.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, Layers[^1])[0];
}
