using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The convolutions of VGG-19 (Simonyan and Zisserman 2015), whose features perceptual losses compare. Variables are named and numbered as
/// torchvision's (<c>features.0.weight</c>), so that its weights are found by their names.
/// </summary>
public sealed class Vgg19 : Module, IFeatureNetwork
{
    // Channels of the convolutions of each stage; a pooling between stages.
    private static readonly int[][] Stages = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]];

    // What the weights were trained with: ImageNet's mean and deviation of red, green and blue in [0, 1].
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly Conv2d[][] _stages;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    /// <param name="initialization">Where first values come from.</param>
    public Vgg19(Initialization initialization)
        : base("")
    {
        int index = 0, from = 3;
        _stages = new Conv2d[Stages.Length][];
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            _stages[stage] = new Conv2d[Stages[stage].Length];
            for (int i = 0; i < _stages[stage].Length; i++)
            {
                _stages[stage][i] = Add(new Conv2d($"features.{index}", from, Stages[stage][i], 3, initialization));
                from = Stages[stage][i];
                index += 2; // the rectifier has a number too
            }

            index++; // and so has the pooling
        }
    }

    /// <summary>The names of all features, in order: <c>conv1_1</c>, <c>relu1_1</c>, <c>conv1_2</c> ... <c>relu5_4</c>.</summary>
    public static IReadOnlyList<string> Layers { get; } =
    [
        .. from stage in Enumerable.Range(0, Stages.Length)
           from layer in Enumerable.Range(0, Stages[stage].Length)
           from kind in new[] { "conv", "relu" }
           select $"{kind}{stage + 1}_{layer + 1}",
    ];

    IReadOnlyList<string> IFeatureNetwork.Layers => Layers;

    int IFeatureNetwork.Channels => 3;

    string IFeatureNetwork.Preparation => "not resized; ImageNet's mean and deviation";

    IReadOnlyList<Tensor> IFeatureNetwork.Features(Tensor images, params IReadOnlyList<string> layers) => Features(images, Pass.Inference, layers);

    /// <summary>
    /// Features of images: <c>conv3_1</c> is the first convolution of the third stage, <c>relu3_1</c> that after its ReLU.
    /// </summary>
    /// <param name="images">Red, green and blue in [0, 1], N,H,W,3; the normalisation is done here.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="layers">Names from <see cref="Layers"/>. What lies beyond the deepest of them is not computed.</param>
    /// <returns>One tensor for each name.</returns>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    public IReadOnlyList<Tensor> Features(Tensor images, Pass pass, params IReadOnlyList<string> layers)
    {
        var wanted = new Tensor?[layers.Count];
        Tensor x = (images - Tensor.Of([3], Mean)) * Tensor.Of([3], Deviation).Reciprocal();
        int left = layers.Count;
        for (int stage = 0; stage < _stages.Length && left > 0; stage++)
        {
            if (stage > 0) x = x.MaxPool(2, ConvolutionWindow.Square(stride: 2));
            for (int i = 0; i < _stages[stage].Length && left > 0; i++)
            {
                x = _stages[stage][i].Apply(x, pass);
                Keep($"conv{stage + 1}_{i + 1}");
                x = x.Relu();
                Keep($"relu{stage + 1}_{i + 1}");
            }
        }

        return left == 0
            ? [.. wanted.Select(tensor => tensor!)]
            : throw new ArgumentException(
                $"VGG-19 has no features '{layers[Array.IndexOf(wanted, null)]}'; they are called conv1_1 to relu5_4.", nameof(layers));

        void Keep(string name)
        {
            for (int i = 0; i < wanted.Length; i++)
                if (layers[i] == name) (wanted[i], left) = (x, left - 1);
        }
    }

    /// <summary>The deepest features, relu5_4.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, pass, Layers[^1])[0];
}
