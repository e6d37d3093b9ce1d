using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// VGG-19 up to relu3_1 with weights normalised so that features have a mean of about 1 (Gatys et al. 2016), behind a 1x1 convolution that
/// takes colours in [0, 1] to its own, edges mirrored: the encoder of style transfer (Huang and Belongie 2017; Li et al. 2017). Variables
/// are numbered as in the published files, where paddings, rectifiers and poolings have numbers too.
/// </summary>
public sealed class PerceptualEncoder : Module, IFeatureNetwork
{
    /// <summary>What a side of an image is divided by on the way to relu3_1.</summary>
    public const int Reduction = 4;

    // The published number of each convolution, its channels, and what its rectified result is called; "pool" between stages.
    private static readonly (int Number, int From, int To, string Name)[] Stack =
    [
        (2, 3, 64, "relu1_1"), (5, 64, 64, "relu1_2"), (9, 64, 128, "relu2_1"), (12, 128, 128, "relu2_2"), (16, 128, 256, "relu3_1"),
    ];

    private readonly Conv2d _colours;
    private readonly Conv2d[] _convolutions;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    public PerceptualEncoder(Initialization initialization)
        : base("")
    {
        _colours = Add(new Conv2d("0", 3, 3, 1, initialization));
        _convolutions = [.. Stack.Select(layer => Add(new Conv2d($"{layer.Number}", layer.From, layer.To, 3, initialization, padding: 0)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Layers { get; } = [.. Stack.Select(layer => layer.Name)];

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public string Preparation => "not resized";

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers)
    {
        if (layers.FirstOrDefault(layer => !Layers.Contains(layer)) is { } unknown)
            throw new ArgumentException($"There is no feature '{unknown}'; there are {string.Join(", ", Layers)}.", nameof(layers));
        var found = new Dictionary<string, Tensor>();
        Tensor x = _colours.Apply(images, Pass.Inference);
        for (int i = 0; found.Count < layers.Distinct().Count(); i++)
        {
            if (i > 0 && Stack[i].Name[4] != Stack[i - 1].Name[4]) x = x.MaxPool(2, ConvolutionWindow.Square(stride: 2));
            x = _convolutions[i].Apply(x.ReflectPad(1), Pass.Inference).Relu();
            if (layers.Contains(Stack[i].Name)) found[Stack[i].Name] = x;
        }

        return [.. layers.Select(layer => found[layer])];
    }

    /// <summary>relu3_1 of images N,H,W,3 in [0, 1]; sides that are no multiple of <see cref="Reduction"/> lose the rest.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, Stack[^1].Name)[0];
}
