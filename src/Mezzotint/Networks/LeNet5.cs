using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// LeNet-5 (LeCun et al. 1998) as it is trained today: rectifiers and maximum poolings. Its 84 features <c>f6</c> compare distributions of
/// digits. Variables are named as in a widely used PyTorch version (<c>convnet.c1.weight</c>).
/// </summary>
public sealed class LeNet5 : Module, IFeatureNetwork
{
    /// <summary>The side of the images it was trained on, in pixels; others are resized to it, bilinearly.</summary>
    public const int Side = 32;

    /// <summary>The name of the last features before the classes.</summary>
    public const string F6 = "f6";

    /// <summary>The name of the classes' logits.</summary>
    public const string Logits = "logits";

    private readonly Conv2d[] _convolutions;
    private readonly Linear _f6, _f7;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    public LeNet5(Initialization initialization)
        : base("")
    {
        _convolutions =
        [
            Add(new Conv2d("convnet.c1", 1, 6, 5, initialization, padding: 0)),
            Add(new Conv2d("convnet.c3", 6, 16, 5, initialization, padding: 0)),
            Add(new Conv2d("convnet.c5", 16, 120, 5, initialization, padding: 0)),
        ];
        _f6 = Add(new Linear("fc.f6", 120, 84, initialization));
        _f7 = Add(new Linear("fc.f7", 84, 10, initialization));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Layers { get; } = [F6, Logits];

    /// <inheritdoc/>
    public int Channels => 1;

    /// <inheritdoc/>
    public string Preparation => $"bilinear to {Side}x{Side}";

    /// <inheritdoc/>
    /// <param name="images">N,H,W,1 in [0, 1], bright on dark, of any size.</param>
    /// <param name="layers">Names from <see cref="Layers"/>.</param>
    public IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers)
    {
        Tensor x = images.Resize(Side, Side, Interpolation.Bilinear);
        x = _convolutions[0].Apply(x, Pass.Inference).Relu().MaxPool(2, ConvolutionWindow.Square(stride: 2));
        x = _convolutions[1].Apply(x, Pass.Inference).Relu().MaxPool(2, ConvolutionWindow.Square(stride: 2));
        x = _convolutions[2].Apply(x, Pass.Inference).Relu();
        Tensor f6 = _f6.Apply(x.Reshape([x.Shape[0], x.Shape[3]]), Pass.Inference).Relu();
        return
        [
            .. layers.Select(layer => layer switch
            {
                F6 => f6,
                Logits => _f7.Apply(f6, Pass.Inference),
                _ => throw new ArgumentException($"There is no feature '{layer}'; there are {F6} and {Logits}.", nameof(layers)),
            }),
        ];
    }

    /// <summary>The logits [N, 10].</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, Logits)[0];
}
