using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The convolutions of a VGG network (Simonyan and Zisserman 2015), whose features perceptual losses compare. Variables are named and
/// numbered as torchvision's (<c>features.0.weight</c>), so that its weights are found by their names.
/// </summary>
public abstract class Vgg : Module, IFeatureNetwork
{
    private readonly string _name;
    private readonly Conv2d[][] _stages;
    private readonly IReadOnlyList<string> _layers;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="stages">Channels of the convolutions of each stage; a pooling lies between stages.</param>
    /// <param name="initialization">Where first values come from.</param>
    private protected Vgg(string name, IReadOnlyList<int[]> stages, Initialization initialization)
        : base("")
    {
        _name = name;
        int index = 0, from = 3;
        _stages = new Conv2d[stages.Count][];
        for (int stage = 0; stage < stages.Count; stage++)
        {
            _stages[stage] = new Conv2d[stages[stage].Length];
            for (int i = 0; i < _stages[stage].Length; i++)
            {
                _stages[stage][i] = Add(new Conv2d($"features.{index}", from, stages[stage][i], 3, initialization));
                from = stages[stage][i];
                index += 2; // the rectifier has a number too
            }

            index++; // and so has the pooling
        }

        _layers = NamesOf(stages);
    }

    IReadOnlyList<string> IFeatureNetwork.Layers => _layers;

    int IFeatureNetwork.Channels => 3;

    string IFeatureNetwork.Preparation => ImageNetColours.Description;

    IReadOnlyList<Tensor> IFeatureNetwork.Features(Tensor images, params IReadOnlyList<string> layers) => Features(images, Pass.Inference, layers);

    /// <summary>
    /// Features of images: <c>conv3_1</c> is the first convolution of the third stage, <c>relu3_1</c> that after its ReLU.
    /// </summary>
    /// <param name="images">Red, green and blue in [0, 1], N,H,W,3; the normalisation is done here.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="layers">Names, as <see cref="IFeatureNetwork.Layers"/> lists them. What lies beyond the deepest of them is not
    /// computed.</param>
    /// <returns>One tensor for each name.</returns>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    public IReadOnlyList<Tensor> Features(Tensor images, Pass pass, params IReadOnlyList<string> layers)
    {
        var wanted = new Tensor?[layers.Count];
        Tensor x = ImageNetColours.Of(images);
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
                $"{_name} has no features '{layers[Array.IndexOf(wanted, null)]}'; they are called {_layers[0]} to {_layers[^1]}.", nameof(layers));

        void Keep(string name)
        {
            for (int i = 0; i < wanted.Length; i++)
                if (layers[i] == name) (wanted[i], left) = (x, left - 1);
        }
    }

    /// <summary>The deepest features.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, pass, _layers[^1])[0];

    /// <summary>The names of all features, in order: <c>conv1_1</c>, <c>relu1_1</c>, <c>conv1_2</c> ...</summary>
    private protected static IReadOnlyList<string> NamesOf(IReadOnlyList<int[]> stages) =>
    [
        .. from stage in Enumerable.Range(0, stages.Count)
           from layer in Enumerable.Range(0, stages[stage].Length)
           from kind in new[] { "conv", "relu" }
           select $"{kind}{stage + 1}_{layer + 1}",
    ];
}
